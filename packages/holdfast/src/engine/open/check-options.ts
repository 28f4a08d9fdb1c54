import { checkFlags, checkObject, checkOptions, invalid, isTime } from '../../model/limits.ts'
import { LONGEST_TIMER_MS } from '../../model/longest-timer.ts'
import { checkPolicies } from '../../rules/policies.ts'
import type { InventoryOptions } from './options.ts'

/** The least value of each numeric option. */
const NUMBERS = {
  sweepMs: 0,
  batchLimit: 1,
  queueLimit: 1,
  timeoutMs: 0,
  keepKeysMs: 0,
  cacheRecords: 1,
  believeClockAfterMs: 0,
} as const

/** The greatest value, if there is one. */
const MOST: Readonly<Record<string, number>> = {
  sweepMs: LONGEST_TIMER_MS,
  believeClockAfterMs: 24 * 60 * 60_000,
}

const FLAGS = ['readOnly', 'allowClockBehind'] as const
const CLOCKS = ['clock', 'monotonicClock', 'uptimeClock'] as const
const FUNCTIONS = [...CLOCKS, 'random', 'onWarning'] as const
const OTHERS = ['store', 'warehouses', 'transferApproval', 'sourcing'] as const

const KNOWN: ReadonlySet<string> = new Set([
  ...Object.keys(NUMBERS),
  ...FLAGS,
  ...FUNCTIONS,
  ...OTHERS,
])

/** A checked copy: the caller may change its object during opening. @throws InvalidInputError */
export function ownOptions(given: InventoryOptions): InventoryOptions {
  checkOptions(given, KNOWN)
  const { sourcing = {}, ...others } = given
  checkObject(sourcing, 'sourcing')
  const options: InventoryOptions = { ...others, sourcing: { ...sourcing } }
  if (typeof options.store?.open !== 'function')
    throw invalid('store', 'must be a store: memory(), sqlite(path) or postgres(connectionString)')
  checkPolicies(options)
  if (options.warehouses !== undefined && !Array.isArray(options.warehouses))
    throw invalid('warehouses', 'must be a list of warehouses')
  for (const [name, least] of Object.entries(NUMBERS)) {
    const value = options[name as keyof typeof NUMBERS]
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= least)) {
      throw invalid(name, `must be a whole number, ${least} or more`)
    }
    const most = MOST[name] ?? Infinity
    if (value !== undefined && value > most) throw invalid(name, `must be ${most} or less`)
  }
  checkFlags(options, FLAGS)
  for (const name of FUNCTIONS) {
    if (!['function', 'undefined'].includes(typeof options[name]))
      throw invalid(name, 'must be a function')
  }
  for (const name of CLOCKS) {
    const read = options[name]
    if (read !== undefined && !Number.isFinite(read()))
      throw invalid(name, 'must return milliseconds')
  }
  if (options.clock !== undefined && !isTime(options.clock()))
    throw invalid('clock', 'must return milliseconds since 1970, up to the year 9999')
  return options
}
