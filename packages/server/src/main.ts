import { run } from './cli/run.ts'

/** The `holdfast` command line; answers its exit code. */
export function main(argv: string[]): Promise<number> {
  return run(argv)
}
