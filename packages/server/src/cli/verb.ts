import { CommanderError, Option, type Argument, type Command } from 'commander'
import { HoldfastClient } from 'holdfast/client'
import type { CommandLine } from './command-line.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import { UsageError } from './failure.ts'
import { reportError } from './output/report-error.ts'
import { say } from './output/streams.ts'
import type { Target } from './open-inventory.ts'
import { chosenDb } from './store-of.ts'

/** What every verb gets besides its own flags. */
export interface Given<Flags> {
  /** Where the inventory is: its database, or with --url a service. */
  readonly target: Target
  /** The database; a verb that takes --url asks `target`. */
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
  /** Its heading in `holdfast --help`. */
  readonly group: string
  readonly flags?: readonly Option[]
  readonly args?: readonly Argument[]
  /** Shown below the flags in its --help. */
  readonly more?: string | undefined
  /** It needs the database itself and takes no --url. A text describes --db, if that is not "the inventory". */
  readonly onlyDb?: true | string
}

/** Adds one verb. `run` resolves with the exit code, and may throw refusals and failures. */
export function addVerb<Flags extends object>(
  line: CommandLine,
  shape: VerbShape,
  run: (given: Given<Flags>) => Promise<ExitCode>,
): void {
  const command = line.program.command(shape.name)
  command.summary(shape.summary).description(`${shape.summary}.`).helpGroup(shape.group)
  for (const argument of shape.args ?? []) command.addArgument(argument)
  for (const flag of shape.flags ?? []) command.addOption(flag)
  const { onlyDb } = shape
  const db = 'its file, or postgres://… (else HOLDFAST_DB, else ./stock.db)'
  command.option('--db <path>', typeof onlyDb === 'string' ? onlyDb : db)
  if (onlyDb === undefined) {
    command.option('--url <url>', 'a running service, instead of --db (else HOLDFAST_URL)')
    command.option(
      '--token <token>',
      'for the service (else HOLDFAST_TOKEN, which other users cannot see)',
    )
  }
  command.option('--json', 'print JSON')
  for (const flag of command.options) mayStandOnce(command, flag)
  if (shape.more !== undefined) command.addHelpText('after', `\n${shape.more}`)
  command.action(async () => {
    line.exitCode = await runVerb(command, run)
  })
}

async function runVerb<Flags extends object>(
  command: Command,
  run: (given: Given<Flags>) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { db, url, token, json = false, ...flags } = command.opts<Where & { json?: boolean }>()
  const { args } = command
  const missing = command.options.filter(
    (flag) =>
      flag instanceof RequiredFlag && command.getOptionValue(flag.attributeName()) === undefined,
  )
  if (missing.length > 0) {
    command.error(`error: missing ${missing.map(({ flags: names }) => names).join(' and ')}`)
  }
  try {
    mustNameFiles(command)
    const target = targetOf({ db, url, token }, takesUrl(command))
    if ('url' in target && 'actor' in flags)
      throw new UsageError('--actor: with --url, the token says who acts')
    const given = { target, db: chosenDb(db), dbFlag: db, json, flags: flags as Flags, args }
    return await run(given)
  } catch (error) {
    if (!(error instanceof UsageError)) return await reportError(error, json)
    say(`error: ${error.message}`)
    throw new CommanderError(EXIT.usage, 'holdfast.usage', error.message)
  }
}

/** An empty name, as of a variable that is not set, would be that of the current folder. @throws UsageError */
function mustNameFiles(command: Command): void {
  const { args, options, registeredArguments } = command
  if (registeredArguments.some((arg, index) => arg.name() === 'file' && args[index] === ''))
    throw new UsageError('the name of the file must not be empty')
  const isEmpty = (flag: Option): boolean =>
    flag.flags.endsWith(' <file>') && command.getOptionValue(flag.attributeName()) === ''
  const empty = options.find(isEmpty)
  if (empty !== undefined) throw new UsageError(`${empty.long} must not be empty`)
}

interface Where {
  readonly db?: string | undefined
  readonly url?: string | undefined
  readonly token?: string | undefined
}

function takesUrl(command: Command): boolean {
  return command.options.some(({ long }) => long === '--url')
}

/** Flags take precedence over the environment. */
function targetOf({ db, url, token }: Where, mayBeUrl: boolean): Target {
  if (db !== undefined && url !== undefined)
    throw new UsageError('--db and --url exclude each other')
  // An empty variable of a script must not send the change to a file.
  if (url === '') throw new UsageError('--url must not be empty')
  const address = url ?? (db === undefined && mayBeUrl ? process.env['HOLDFAST_URL'] : undefined)
  if (!address) {
    if (token !== undefined) throw new UsageError('--token is for a service: --url is missing')
    return { db: chosenDb(db) }
  }
  if (!/^https?:$/.test(URL.parse(address)?.protocol ?? ''))
    throw new UsageError('--url must be like https://stock.example.com')
  const service = { url: address, token: token ?? (process.env['HOLDFAST_TOKEN'] || undefined) }
  try {
    void new HoldfastClient(service)
  } catch (error) {
    throw new UsageError(`--${(error as Error).message}`)
  }
  return service
}

/** Checked here: commander would report a missing flag before a mistyped one. */
class RequiredFlag extends Option {}

/** A flag that must be given. */
export function required(flags: string, description: string): Option {
  return new RequiredFlag(flags, `${description} (required)`)
}

/** A flag of whose values the last one must not win: `read` gets what the earlier ones made. */
class RepeatableFlag extends Option {}

export function repeatable<T>(
  flags: string,
  description: string,
  read: (text: string, before?: T) => T,
): Option {
  const flag = new RepeatableFlag(flags, `${description}; repeatable`)
  return flag.argParser<T>((text, before) => read(text, before as T | undefined))
}

/** Of two values, commander would drop the first without a word. */
function mayStandOnce(command: Command, flag: Option): void {
  if (!flag.required || flag instanceof RepeatableFlag) return
  let isGiven = false
  command.on(`option:${flag.name()}`, () => {
    if (isGiven) command.error(`error: ${flag.long} is given twice`)
    isGiven = true
  })
}

export function optional(flags: string, description: string): Option {
  return new Option(flags, description)
}
