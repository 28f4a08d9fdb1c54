import { CommanderError } from 'commander'
import packageJson from '../../package.json' with { type: 'json' }
import { CommandLine } from './command-line.ts'
import { addDemo } from './demo/verb.ts'
import { EXIT } from './exit-code.ts'
import { addExport } from './exporting/verb.ts'
import { addImport } from './importing/verb.ts'
import { addServe } from './serving/serve.ts'
import { addToken } from './serving/token.ts'
import { addBackup } from './verbs/backup.ts'
import { addCopy } from './verbs/copy.ts'
import { addRebuild } from './verbs/rebuild.ts'
import { addReplay } from './verbs/replay.ts'
import { addRestore } from './verbs/restore.ts'
import { addBatches } from './verbs/batches.ts'
import { addChangeWarehouse } from './verbs/change-warehouse.ts'
import { addCommands } from './verbs/commands.ts'
import { addInit } from './verbs/init.ts'
import { addLists } from './verbs/lists.ts'
import { addLookups } from './verbs/lookups.ts'
import { addMigrate } from './verbs/migrate.ts'
import { addTrail } from './verbs/trail.ts'
import { VerbCommand } from './verb-command.ts'

/** In the order in which `holdfast --help` lists them. */
const VERBS = [
  addDemo,
  addReplay,
  addServe,
  addToken,
  addInit,
  addChangeWarehouse,
  addLookups,
  addCommands,
  addBatches,
  addLists,
  addTrail,
  addImport,
  addExport,
  addBackup,
  addCopy,
  addRestore,
  addRebuild,
  addMigrate,
]

const MORE = `
Data goes to stdout, everything else to stderr. Exit codes: 0 done, 1 failed,
2 wrong usage, 3 refused by the inventory.

Each verb has its own --help. Begin with: holdfast demo`

/** Runs one command line. Returns its exit code. */
export async function run(argv: readonly string[]): Promise<number> {
  const program = new VerbCommand('holdfast')
  program
    .description(
      'Stock that cannot be sold twice: holds, sales, transfers, and a trail to prove it.',
    )
    .version(packageJson.version)
    .helpCommand('help [verb]', 'show the help of a verb')
    .addHelpText('after', MORE)
    .showHelpAfterError('(see --help)')
    .exitOverride()
  const line = new CommandLine(program)
  for (const add of VERBS) add(line)
  try {
    await program.parseAsync(argv, { from: 'user' })
    return line.exitCode
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? EXIT.done : EXIT.usage
  }
}
