import { CommanderError, Option, type Argument, type Command } from 'commander'
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
  readonly args?: readonly Argument[]
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
  for (const argument of shape.args ?? []) command.addArgument(argument)
  for (const flag of shape.flags ?? []) command.addOption(flag)
  const db = shape.db ?? 'its file, or postgres://… (else HOLDFAST_DB, else ./stock.db)'
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
  const missing = command.options.filter(
    (flag) =>
      flag instanceof RequiredFlag && command.getOptionValue(flag.attributeName()) === undefined,
  )
  if (missing.length > 0) {
    command.error(`error: missing ${missing.map(({ flags: names }) => names).join(' and ')}`)
  }
  try {
    return await run({ db: chosenDb(db), dbFlag: db, json, flags: flags as Flags, args })
  } catch (error) {
    if (!(error instanceof UsageError)) return await reportError(error, json)
    say(`error: ${error.message}`)
    throw new CommanderError(EXIT.usage, 'holdfast.usage', error.message)
  }
}

/** Checked by us and not by commander, which would tell of it before it tells of a mistyped flag. */
class RequiredFlag extends Option {}

/** A flag that must be given. */
export function required(flags: string, description: string): Option {
  return new RequiredFlag(flags, `${description} (required)`)
}

export function optional(flags: string, description: string): Option {
  return new Option(flags, description)
}
