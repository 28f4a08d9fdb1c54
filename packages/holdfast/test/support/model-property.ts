import fc from 'fast-check'
import type { Store } from 'holdfast'
import { COMMANDS } from 'holdfast/model'
import { modelRun } from './model-run.ts'

/** Every verb must have succeeded and every refusal must have occurred: otherwise a run proves too little. */
const MUST_OCCUR: readonly string[] = [
  ...Object.keys(COMMANDS),
  'atomically',
  'INVALID_INPUT',
  'INVALID_QTY',
  'WAREHOUSE_NOT_FOUND',
  'INSUFFICIENT_STOCK',
  'CAPACITY_EXCEEDED',
  'RESERVATION_NOT_FOUND',
  'INVALID_RESERVATION_STATE',
  'TRANSFER_NOT_FOUND',
  'INVALID_TRANSFER_STATE',
  'IDEMPOTENCY_CONFLICT',
  'WAREHOUSE_NOT_SELLING',
  'STOCK_CHANGED',
  'WAREHOUSE_IN_USE',
]

/** So rare that a run of a few thousand commands may lack one of them. */
const RARE: ReadonlySet<string> = new Set([
  'ship',
  'cancel',
  'approveTransfer',
  'rejectTransfer',
  ...['closeWarehouse', 'putBack', 'writeOff', 'returnGoods', 'moveReservation', 'removeStock'],
  ...['CAPACITY_EXCEEDED', 'STOCK_CHANGED', 'WAREHOUSE_IN_USE'],
  'IDEMPOTENCY_CONFLICT',
])

/** What must occur in a run of this many commands, and did not. Of fewer than 3,000 chance may leave out any. */
export function neverOccurred(seen: ReadonlyMap<string, number>, commands: number): string[] {
  if (commands < 3_000) return []
  return MUST_OCCUR.filter((end) => !seen.has(end) && (commands >= 10_000 || !RARE.has(end)))
}

export interface ModelProperty {
  /** Commands to compare; further runs do nothing. */
  readonly commands: number
  /** The most steps in one run. */
  readonly steps: number
  readonly makeStore: () => Store
  readonly compareEvery?: number | undefined
  /** How many commands had each outcome, over all runs. */
  readonly seen: Map<string, number>
}

/**
 * Whatever the steps (each number is one, see `step()`), a store gives the model's answers. Also run with caches of one
 * or a few records, so that everything is loaded repeatedly. A failure is shrunk to the fewest steps that still fail.
 */
export function sameAsModel({ commands, steps, makeStore, compareEvery, seen }: ModelProperty) {
  const seeds = fc.array(fc.nat(), { minLength: 1, maxLength: steps, size: 'max' })
  const cacheRecords = fc.constantFrom(1, 3, 100_000)
  const batchLimit = fc.constantFrom(1, 4, 1000)
  return fc.asyncProperty(seeds, cacheRecords, batchLimit, async (run, cache, batch) => {
    if (total(seen) >= commands) return
    const options = { store: makeStore(), cacheRecords: cache, batchLimit: batch, compareEvery }
    for (const [end, count] of await modelRun(run, options))
      seen.set(end, (seen.get(end) ?? 0) + count)
  })
}

export function total(seen: ReadonlyMap<string, number>): number {
  let sum = 0
  for (const count of seen.values()) sum += count
  return sum
}
