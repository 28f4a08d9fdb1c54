import packageJson from '../package.json' with { type: 'json' }

/** The `holdfast` command line. Placeholder: prints the version. */
export async function main(argv: string[]): Promise<number> {
  console.log(`holdfast ${packageJson.version}`, ...argv)
  return 0
}
