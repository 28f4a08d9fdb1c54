import { dirname, resolve } from 'node:path'
import { approvalAbove, type Inventory } from 'holdfast'
import type { CommandLine } from '../command-line.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { Failure, UsageError } from '../failure.ts'
import { create, openForReading } from '../open-inventory.ts'
import { json } from '../output/json.ts'
import { reportError } from '../output/report-error.ts'
import { print } from '../output/streams.ts'
import { postgresPlace } from '../postgres-place.ts'
import { isNew, shownPlace } from '../store-of.ts'
import { addVerb, optional, repeatable } from '../verb.ts'
import { NoTokenError } from '../../http/access/no-token.ts'
import { DEFAULT_LIMITS, type ServerLimits } from '../../http/limits/defaults.ts'
import type { Service } from '../../http/service.ts'
import { chosenSettings } from './chosen-settings.ts'
import { DEMO_WAREHOUSES, fillDemo } from './demo-inventory.ts'
import { makeFolder } from './make-folder.ts'
import { serveLog, type ServeLog } from './serve-log.ts'
import { SETTINGS, type Settings } from './settings.ts'
import { untilToldToStop } from './stop-signal.ts'

type Flags = Partial<Record<keyof Settings, string | boolean | string[]>> & {
  readonly config?: string
}

const MORE = `Every flag is also a variable (--rate-per-second: HOLDFAST_RATE_PER_SECOND) and
a name in the config file (ratePerSecond). holdfast init --config FILE writes
one with comments. An address that others can reach needs a token: holdfast
token create. For a service manager --json makes all lines JSON.

Examples:
  holdfast serve --demo
  holdfast serve --db shop.db --port 8080
  holdfast serve --config holdfast.jsonc --host 0.0.0.0
  holdfast serve --json`

export function addServe(line: CommandLine): void {
  const { db, ...others } = SETTINGS
  addVerb<Flags>(
    line,
    {
      name: 'serve',
      group: 'Service:',
      summary: 'Serve the inventory over HTTP',
      onlyDb: `${db.help} (else HOLDFAST_DB, else the config file, else ${db.otherwise})`,
      flags: [
        ...Object.entries(others).map(([name, { flag, help, otherwise }]) => {
          const words = described(help, otherwise)
          const option =
            name === 'warehouses' ? repeatable(flag, words, joined) : optional(flag, words)
          // commander would derive the name from the flag.
          option.attributeName = () => name
          return option
        }),
        optional('--config <file>', 'JSON with comments (else HOLDFAST_CONFIG)'),
      ],
      more: MORE,
    },
    async ({ dbFlag, json: asJson, flags }) => {
      const { config, ...given } = flags
      const log = serveLog(asJson)
      // Else Node writes its warnings as text.
      if (asJson)
        process.removeAllListeners('warning').on('warning', ({ message }) => log.warn(message))
      try {
        const settings = await chosenSettings({
          flags: { ...texts(given), ...(dbFlag === undefined ? {} : { db: dbFlag }) },
          environment: process.env,
          configPath: config ?? (process.env['HOLDFAST_CONFIG'] || undefined),
        })
        return await serve(settings, asJson, log)
      } catch (error) {
        if (!(error instanceof UsageError)) return await reportError(error, asJson, log.fail)
        if (!asJson) throw error
        log.fail(`error: ${error.message}`)
        return EXIT.usage
      }
    },
  )
}

async function serve(settings: Settings, asJson: boolean, log: ServeLog): Promise<ExitCode> {
  await using inventory = await opened(settings, log)
  const service = await started(inventory, settings, log)
  // Before the address is printed: a reader of it may stop the service at once.
  const toldToStop = untilToldToStop()
  if (asJson) await print(json({ url: service.url, pid: process.pid }))
  else await print(welcome(service, settings))
  log.say(`${await toldToStop}: answering what was accepted, then closing`)
  await service.close()
  return EXIT.done
}

async function opened(settings: Settings, log: ServeLog): Promise<Inventory> {
  const onWarning = (warning: Error): void => log.warn(warning.message)
  const { db, demo, approvalAbove: units } = settings
  if (settings.readOnly) {
    if (settings.warehouses.length > 0)
      throw new UsageError('--read-only: it cannot add a --warehouse')
    return await openForReading(db, onWarning)
  }
  const nothingThere = await isNew(db)
  const asked = settings.warehouses.length === 0 ? undefined : settings.warehouses
  if (nothingThere && asked === undefined && !demo) {
    throw new Failure(
      `there is no inventory at ${shownPlace(db)}`,
      'Name another with --db PATH, or make one here: name its warehouses with\n--warehouse SF:"San Francisco" or in a config file, or try it with --demo.',
    )
  }
  if (nothingThere && postgresPlace(db) === null) makeFolder(dirname(resolve(db)))
  const inventory = await create(db, {
    warehouses: asked ?? (nothingThere ? DEMO_WAREHOUSES : undefined),
    onWarning,
    allowClockBehind: settings.allowClockBehind,
    transferApproval: units === null ? undefined : approvalAbove(units),
  })
  if (nothingThere && asked === undefined) await fillDemo(inventory)
  return inventory
}

async function started(inventory: Inventory, settings: Settings, log: ServeLog): Promise<Service> {
  const { host, port, requireToken, allowedHosts, logLevel } = settings
  // Imported here, so that the other verbs need not wait for it.
  const { startService } = await import('../../http/service.ts')
  try {
    return await startService({
      inventory,
      host,
      port,
      requireToken,
      allowedHosts,
      file: postgresPlace(settings.db) === null ? resolve(settings.db) : undefined,
      forReading: settings.readOnly,
      trustProxy: settings.trustProxy,
      allowPrivateWebhooks: settings.allowPrivateWebhooks,
      limits: limitsOf(settings),
      log: { level: logLevel, stream: log.stream },
    })
  } catch (error) {
    if (error instanceof NoTokenError) {
      throw new Failure(
        error.message,
        `Make one first: holdfast token create --role admin --db ${shownPlace(settings.db)}`,
      )
    }
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE')
      throw new Failure(`another program is using ${host}:${port}`, 'Choose another --port.')
    throw error
  }
}

/** Settings have the names of the limits that they set. */
function limitsOf(settings: Settings): Partial<ServerLimits> {
  const entries = Object.entries(settings).filter(([name]) => Object.hasOwn(DEFAULT_LIMITS, name))
  return Object.fromEntries(entries)
}

function welcome({ url, needsToken }: Service, settings: Settings): string {
  return [
    `Holdfast serves ${shownPlace(settings.db)}`,
    `  here       ${url}`,
    `  read on    ${url}/docs`,
    needsToken
      ? `  tokens     ${howToMakeTokens(url, settings)}`
      : `  look       curl -s '${url}/v1/stock?limit=3'`,
    'Stop it with Ctrl-C.',
  ].join('\n')
}

/** A file that is served takes no second writer, so the service is asked. */
function howToMakeTokens(url: string, { db, readOnly }: Settings): string {
  if (readOnly) return 'are made at the service that writes'
  // An address that stands for all of this machine's is none to connect to.
  const near = url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:')
  return [
    `holdfast token create --role shop --url ${near}`,
    "HOLDFAST_TOKEN must be an admin's token. If there is none,",
    'stop the service, and:',
    `holdfast token create --role admin --db ${shownPlace(db)}`,
  ].join('\n             ')
}

function described(help: string, otherwise: unknown): string {
  const hasDefault =
    typeof otherwise === 'string' || (typeof otherwise === 'number' && otherwise > 0)
  return hasDefault ? `${help} (default ${String(otherwise)})` : help
}

function joined(one: string, before?: string): string {
  return before === undefined ? one : `${before};${one}`
}

/** A flag without a value means true. */
function texts(given: Flags): Partial<Record<keyof Settings, string>> {
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]))
}
