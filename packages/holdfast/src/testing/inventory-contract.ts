import { describe } from 'node:test'
import { alerts } from './contract/alerts.ts'
import { answers } from './contract/answers.ts'
import { belonging } from './contract/belonging.ts'
import { bytes } from './contract/bytes.ts'
import { calls } from './contract/calls.ts'
import { changes } from './contract/changes.ts'
import { changedLater } from './contract/changed-later.ts'
import { clocks } from './contract/clocks.ts'
import { closing } from './contract/closing.ts'
import { counting } from './contract/counting.ts'
import { consumers } from './contract/consumers.ts'
import { crowd } from './contract/crowd.ts'
import { declared } from './contract/declared.ts'
import { expiry } from './contract/expiry.ts'
import { extremes } from './contract/extremes.ts'
import { feeds } from './contract/feeds.ts'
import { freshness } from './contract/freshness.ts'
import { handedOut } from './contract/handed-out.ts'
import { keys } from './contract/keys.ts'
import { listings } from './contract/listings.ts'
import { lists } from './contract/lists.ts'
import { documents } from './contract/documents.ts'
import { opening } from './contract/opening.ts'
import { past } from './contract/past.ts'
import { orderParts } from './contract/order-parts.ts'
import { poison } from './contract/poison.ts'
import { policies } from './contract/policies.ts'
import { proof } from './contract/proof.ts'
import { readers } from './contract/readers.ts'
import { reads } from './contract/reads.ts'
import { refusals } from './contract/refusals.ts'
import { trail } from './contract/trail.ts'
import { unsellable } from './contract/unsellable.ts'
import type { MakeShop } from './contract/scene.ts'

const PARTS = {
  freshness,
  answers,
  refusals,
  declared,
  lists,
  keys,
  orderParts,
  changes,
  counting,
  unsellable,
  belonging,
  closing,
  expiry,
  reads,
  listings,
  trail,
  past,
  proof,
  poison,
  extremes,
  bytes,
  policies,
  handedOut,
  changedLater,
  crowd,
  feeds,
  consumers,
  alerts,
  documents,
  opening,
  readers,
  clocks,
  calls,
}

export type ContractPart = keyof typeof PARTS

export interface ContractOptions {
  /** Parts that this way to an inventory does not have. */
  readonly without?: readonly ContractPart[]
  /** These parts alone; all of them where it is left out. */
  readonly only?: readonly ContractPart[]
  /** Tests of one part that run at once; 4 where it is left out. */
  readonly concurrency?: number
}

/**
 * Everything that an inventory promises, as tests for `node:test`: each in a place of its own.
 * @example
 * inventoryContract('over HTTP', async (t) => ({ open: (options) => startServer(t, options) }))
 */
export function inventoryContract(
  name: string,
  makeShop: MakeShop,
  { without = [], only, concurrency = 4 }: ContractOptions = {},
): void {
  describe(`${name} keeps the contract of an inventory`, () => {
    for (const part of only ?? (Object.keys(PARTS) as ContractPart[]))
      if (!without.includes(part)) describe(part, { concurrency }, () => PARTS[part](makeShop))
  })
}
