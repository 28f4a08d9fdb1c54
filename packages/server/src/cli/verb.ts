import { CommanderError, Option, type Command } from 'commander'
import type { CommandLine } from './command-line.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import { UsageError } from './failure.ts'
import { reportError } from './output/report-error.ts'
import { say } from './output/streams.ts'
import { chosenDb } from './store-of.ts'

/** What every verb gets, whatever its own flags are. */
export interface Given<Flags> {
  readonly db: string
  /** Whether --db or HOLDFAST_DB named it. */
  readonly dbFlag: string | undefined
  readonly json: boolean
  readonly flags: Flags
  readonly args: readonly string[]
}

export interface VerbShape {
  readonly name: string
  readonly summary: string
  /** Under which heading `holdfast --help` lists it. */
  readonly group: string
  readonly flags?: readonly Option[]
  /** Positional arguments, as commander writes them: `<file>`. */
  readonly args?: readonly (readonly [name: string, description: string])[]
  /** Shown below the flags in its --help. */
  readonly more?: string | undefined
  /** What --db means where it is not simply "the inventory". */
  readonly db?: string
}

/** Adds one verb; `run` answers the exit code, and may throw refusals and failures. */
export function addVerb<Flags extends object>(
  line: CommandLine,
  shape: VerbShape,
  run: (given: Given<Flags>) => Promise<ExitCode>,
): void {
  const command = line.program.command(shape.name)
  command.summary(shape.summary).description(`${shape.summary}.`).helpGroup(shape.group)
  for (const [name, description] of shape.args ?? []) command.argument(name, description)
  for (const flag of shape.flags ?? []) command.addOption(flag)
  const db = shape.db ?? "path of the inventory's file (else HOLDFAST_DB, else ./stock.db)"
  command.option('--db <path>', db)
  command.option('--json', 'print JSON')
  if (shape.more !== undefined) command.addHelpText('after', `\n${shape.more}`)
  command.action(async () => {
    line.exitCode = await runVerb(command, run)
  })
}

async function runVerb<Flags extends object>(
  command: Command,
  run: (given: Given<Flags>) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { db, json = false, ...flags } = command.opts<{ db?: string; json?: boolean }>()
  const { args } = command
  try {
    return await run({ db: chosenDb(db), dbFlag: db, json, flags: flags as Flags, args })
  } catch (error) {
    if (!(error instanceof UsageError)) return await reportError(error, json)
    say(`error: ${error.message}`)
    throw new CommanderError(EXIT.usage, 'holdfast.usage', error.message)
  }
}

/** A flag that must be given. */
export function required(flags: string, description: string): Option {
  return new Option(flags, description).makeOptionMandatory()
}

export function optional(flags: string, description: string): Option {
  return new Option(flags, description)
}
