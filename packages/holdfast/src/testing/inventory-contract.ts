import { describe } from 'node:test'
import { alerts } from './contract/alerts.ts'
import { allHolds } from './contract/all-holds.ts'
import { atomicallyAndBatch } from './contract/atomically-and-batch.ts'
import { callOptions } from './contract/call-options.ts'
import { calls } from './contract/calls.ts'
import { clocks } from './contract/clocks.ts'
import { concurrency } from './contract/concurrency.ts'
import { confirmAndSell } from './contract/confirm-and-sell.ts'
import { consumers } from './contract/consumers.ts'
import { copies } from './contract/copies.ts'
import { countStock } from './contract/count-stock.ts'
import { declared } from './contract/declared.ts'
import { documents } from './contract/documents.ts'
import { extendAndExpire } from './contract/extend-and-expire.ts'
import { factory } from './contract/factory.ts'
import { feeds } from './contract/feeds.ts'
import { fulfillAcrossWarehouses } from './contract/fulfill-across-warehouses.ts'
import { invalidInput } from './contract/invalid-input.ts'
import { keys } from './contract/keys.ts'
import { limits } from './contract/limits.ts'
import { moveAndChangeOwner } from './contract/move-and-change-owner.ts'
import { pages } from './contract/pages.ts'
import { readOnly } from './contract/read-only.ts'
import { reads } from './contract/reads.ts'
import { referencesAndGroups } from './contract/references-and-groups.ts'
import { refusals } from './contract/refusals.ts'
import { reserve } from './contract/reserve.ts'
import { setAsideAndReturn } from './contract/set-aside-and-return.ts'
import { shipCancelRelease } from './contract/ship-cancel-release.ts'
import { stock } from './contract/stock.ts'
import { stockAtAndExplain } from './contract/stock-at-and-explain.ts'
import { trail } from './contract/trail.ts'
import { trailBytes } from './contract/trail-bytes.ts'
import { transfers } from './contract/transfers.ts'
import { verify } from './contract/verify.ts'
import { warehouses } from './contract/warehouses.ts'
import type { MakeShop } from './contract/fixture.ts'

/** Named like their files: first the verbs, then what applies to all of them, then the reads. */
const PARTS = {
  factory,
  stock,
  'count-stock': countStock,
  'set-aside-and-return': setAsideAndReturn,
  reserve,
  'confirm-and-sell': confirmAndSell,
  'ship-cancel-release': shipCancelRelease,
  'extend-and-expire': extendAndExpire,
  'move-and-change-owner': moveAndChangeOwner,
  'all-holds': allHolds,
  'fulfill-across-warehouses': fulfillAcrossWarehouses,
  transfers,
  warehouses,
  'atomically-and-batch': atomicallyAndBatch,
  refusals,
  declared,
  keys,
  copies,
  'invalid-input': invalidInput,
  limits,
  'trail-bytes': trailBytes,
  'references-and-groups': referencesAndGroups,
  concurrency,
  'call-options': callOptions,
  calls,
  clocks,
  reads,
  pages,
  'stock-at-and-explain': stockAtAndExplain,
  trail,
  verify,
  feeds,
  consumers,
  alerts,
  documents,
  'read-only': readOnly,
}

export type ContractPart = keyof typeof PARTS

/** What not every kind of inventory supports. Default: everything. */
interface Supports {
  /** `consume` */
  readonly consumers?: boolean
  /** `document`, `setDocuments`, and `documents` of a call. */
  readonly documents?: boolean
  /** `timeoutMs`, `also` and other options of a call that a client does not send. */
  readonly 'call-options'?: boolean
}

export interface ContractOptions {
  /** Parts that are `false` are reported as skipped. */
  readonly supports?: Supports
  /** Runs only these parts. Default: all. */
  readonly only?: readonly ContractPart[]
  /** Tests of one part to run at once. Default: 4. */
  readonly concurrency?: number
}

/**
 * Everything that an inventory promises, as tests for `node:test`, each in its own place.
 * @example
 * inventoryContract('over HTTP', async (t) => ({ open: (options) => startServer(t, options) }))
 */
export function inventoryContract(
  name: string,
  makeShop: MakeShop,
  { supports = {}, only, concurrency = 4 }: ContractOptions = {},
): void {
  describe(`${name} keeps the contract of an inventory`, () => {
    for (const part of only ?? (Object.keys(PARTS) as ContractPart[])) {
      const skip = supports[part as keyof Supports] === false && 'not supported'
      describe(part, { concurrency, skip }, () => PARTS[part](makeShop))
    }
  })
}
