import { run } from './cli/run.ts'

/** The `holdfast` command line; returns its exit code. */
export function main(argv: string[]): Promise<number> {
  return run(argv)
}
