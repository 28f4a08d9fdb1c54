import type { WarehouseOptions } from 'holdfast'
import { UsageError } from '../failure.ts'
import { duration } from '../flags/duration.ts'
import { namedWarehouses } from '../flags/warehouse.ts'
import { wholeNumber } from '../flags/whole-number.ts'
import { isNetwork, type TrustProxy } from '../../http/access/trust-proxy.ts'
import { DEFAULT_LIMITS } from '../../http/limits/defaults.ts'
import { LOG_LEVELS, type LogLevel } from '../../http/telemetry/log-levels.ts'

export interface Settings {
  readonly db: string
  readonly host: string
  readonly port: number
  readonly requireToken: boolean
  readonly allowedHosts: readonly string[]
  readonly trustProxy: TrustProxy
  readonly warehouses: readonly WarehouseOptions[]
  readonly approvalAbove: number | null
  readonly demo: boolean
  readonly readOnly: boolean
  readonly allowClockBehind: boolean
  readonly logLevel: LogLevel
  readonly ratePerSecond: number
  readonly inFlight: number
  readonly connections: number
  readonly bodyMs: number
  readonly headersMs: number
  readonly bodiesBytes: number
  readonly bodiesBytesPerToken: number
  readonly unreadMs: number
  readonly eventStreams: number
  readonly eventStreamsPerToken: number
  readonly commandStreams: number
  readonly commandStreamsPerToken: number
  readonly idleMs: number
  readonly allowPrivateWebhooks: boolean
}

/** A setting: a flag, an environment variable, and a name in the file. */
export interface Setting<T> {
  readonly flag: string
  readonly help: string
  readonly otherwise: T
  /** Reads it from a flag or the environment. */
  readonly fromText: (text: string) => T
  /** Reads it from the file. @throws UsageError */
  readonly fromFile: (value: unknown) => T
}

const MOST_PORT = 65_535
/** A day: longer than anyone waits, and short enough for timers. */
const MOST_MS = 86_400_000

interface Bounds {
  readonly least: number
  readonly most: number
}

const whole = (
  flag: string,
  help: string,
  otherwise: number,
  { least = 0, most = Number.MAX_SAFE_INTEGER }: Partial<Bounds> = {},
): Setting<number> => {
  const within = (value: number): number => {
    if (value < least) throw new UsageError(`must be ${least} or more`)
    if (value > most) throw new UsageError(`must be at most ${most}`)
    return value
  }
  return {
    flag,
    help,
    otherwise,
    fromText: (given) => within(wholeNumber(given)),
    fromFile: (value) => {
      if (Number.isSafeInteger(value)) return within(value as number)
      throw new UsageError('must be a whole number')
    },
  }
}
const milliseconds = (flag: string, help: string, otherwise: number): Setting<number> => {
  const bounded = whole(flag, help, otherwise, { least: 1, most: MOST_MS })
  return { ...bounded, fromText: (given) => bounded.fromFile(duration(given)) }
}
const text = (flag: string, help: string, otherwise: string): Setting<string> => ({
  flag,
  help,
  otherwise,
  fromText: (given) => {
    if (given !== '') return given
    throw new UsageError('must not be empty')
  },
  fromFile: (value) => {
    if (typeof value === 'string' && value !== '') return value
    throw new UsageError('must be a text')
  },
})
const yesOrNo = (flag: string, help: string): Setting<boolean> => ({
  flag,
  help,
  otherwise: false,
  fromText: (given) => {
    if (['true', '1', 'false', '0', ''].includes(given)) return given === 'true' || given === '1'
    throw new UsageError('must be true or false')
  },
  fromFile: (value) => {
    if (typeof value === 'boolean') return value
    throw new UsageError('must be true or false')
  },
})
const oneOf = <T extends string>(
  flag: string,
  help: string,
  otherwise: T,
  choices: readonly T[],
): Setting<T> => {
  const chosen = (value: unknown): T => {
    if (choices.includes(value as T)) return value as T
    throw new UsageError(`must be one of ${choices.join(', ')}`)
  }
  return { flag, help, otherwise, fromText: chosen, fromFile: chosen }
}
const list = (flag: string, help: string): Setting<readonly string[]> => {
  const filled = (parts: readonly string[]): readonly string[] => {
    const empty = parts.indexOf('')
    if (empty >= 0) throw new UsageError(`is empty at place ${empty + 1}`)
    return parts
  }
  return {
    flag,
    help,
    otherwise: [],
    fromText: (given) => filled(given.split(',').map((part) => part.trim())),
    fromFile: (value) => {
      if (Array.isArray(value) && value.every((one) => typeof one === 'string'))
        return filled(value)
      throw new UsageError('must be a list of texts')
    },
  }
}

const warehouses: Setting<readonly WarehouseOptions[]> = {
  flag: '--warehouse <id:name>',
  help: 'a warehouse; in HOLDFAST_WAREHOUSES separated by semicolons',
  otherwise: [],
  fromText: (given) => {
    let named: ReadonlyMap<string, string> = new Map()
    for (const one of given.split(';')) named = namedWarehouses(one.trim(), named)
    return [...named].map(([id, name]) => ({ id, name }))
  },
  fromFile: (value) => {
    if (Array.isArray(value)) return value as WarehouseOptions[] // the library checks each
    throw new UsageError('must be a list of warehouses')
  },
}

const trusted = (value: TrustProxy): TrustProxy => {
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value) && value >= 0) return value
  } else if (value.every((one) => typeof one === 'string' && isNetwork(one))) return value
  throw new UsageError('must be the number of proxies, or addresses like 10.0.0.0/8')
}
const trustProxy: Setting<TrustProxy> = {
  flag: '--trust-proxy <who>',
  help: 'proxies whose X-Forwarded-For is trusted: their number, or addresses separated by commas',
  otherwise: [],
  fromText: (given) =>
    trusted(/^\d+$/.test(given) ? Number(given) : given.split(',').map((part) => part.trim())),
  fromFile: (value) => trusted(Array.isArray(value) ? value : Number(value)),
}

/** The settings of `holdfast serve`; `portNumber` becomes HOLDFAST_PORT_NUMBER. */
export const SETTINGS: { readonly [Name in keyof Settings]: Setting<Settings[Name]> } = {
  db: text('--db <place>', 'path of a file, or postgres://…', 'data/stock.db'),
  host: text('--host <address>', 'the address to listen on', '127.0.0.1'),
  port: whole('--port <number>', 'the port; 0 for any free one', 4680, { most: MOST_PORT }),
  warehouses,
  approvalAbove: {
    ...whole('--approval-above <units>', 'larger transfers wait for approval', 0),
    otherwise: null,
  },
  demo: yesOrNo('--demo', 'fill a new inventory with a small demonstration'),
  readOnly: yesOrNo('--read-only', 'serve only reads: another process writes, or it is a standby'),
  allowClockBehind: yesOrNo(
    '--allow-clock-behind',
    'open even if the newest entry is over five minutes ahead of the clock',
  ),
  requireToken: yesOrNo('--require-token', 'require a token from callers on this machine too'),
  allowedHosts: list(
    '--allowed-hosts <names>',
    'host names behind a proxy, separated by commas; every caller then needs a token',
  ),
  trustProxy,
  allowPrivateWebhooks: yesOrNo(
    '--allow-private-webhooks',
    'allow webhooks to private networks and by http',
  ),
  logLevel: oneOf('--log-level <level>', LOG_LEVELS.join(', '), 'warn', LOG_LEVELS),
  ratePerSecond: whole(
    '--rate-per-second <commands>',
    'for one token, in this process; 0 for no limit',
    0,
  ),
  inFlight: whole(
    '--in-flight <requests>',
    'most concurrent requests; one token may have half',
    2000,
    {
      least: 1,
    },
  ),
  connections: whole('--connections <number>', 'most open connections', 10_000, { least: 1 }),
  headersMs: milliseconds('--headers-ms <ms>', 'how long headers may take to arrive', 5000),
  bodyMs: milliseconds('--body-ms <ms>', 'how long a body may take to arrive', 15_000),
  bodiesBytes: whole(
    '--bodies-bytes <bytes>',
    'most memory for arriving bodies',
    DEFAULT_LIMITS.bodiesBytes,
    { least: DEFAULT_LIMITS.batchBytes },
  ),
  bodiesBytesPerToken: whole(
    '--bodies-bytes-per-token <bytes>',
    'the same for one token',
    DEFAULT_LIMITS.bodiesBytesPerToken,
    { least: DEFAULT_LIMITS.batchBytes },
  ),
  unreadMs: milliseconds(
    '--unread-ms <ms>',
    'how long a reader may take no byte of an answer',
    30_000,
  ),
  eventStreams: whole('--event-streams <number>', 'most open streams of events', 1000, {
    least: 1,
  }),
  eventStreamsPerToken: whole('--event-streams-per-token <number>', 'the same for one token', 100, {
    least: 1,
  }),
  commandStreams: whole(
    '--command-streams <number>',
    'most open streams of commands (NDJSON)',
    100,
    { least: 1 },
  ),
  commandStreamsPerToken: whole(
    '--command-streams-per-token <number>',
    'the same for one token',
    10,
    {
      least: 1,
    },
  ),
  idleMs: milliseconds('--idle-ms <ms>', 'how long a stream of commands may be idle', 60_000),
}

export function environmentName(setting: string): string {
  return `HOLDFAST_${setting.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`
}
