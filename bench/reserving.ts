import type { Inventory } from 'holdfast'
import { chances } from './chance.ts'
import { timedInFlight } from './in-flight.ts'
import { productId, reserveOf } from './shop.ts'
import { timeOrderedKeys } from './time-ordered-key.ts'

/** So many reserves of so many products, by so many callers. */
export interface Reserving {
  readonly callers: number
  readonly total: number
  /** 1: all want the same. */
  readonly levels: number
  readonly keyed: boolean
  readonly seed: number
}

export interface Reserved {
  readonly perSecond: number
  readonly sortedMs: Float64Array
}

export function reserveMany(shop: Inventory, reserving: Reserving): Promise<Reserved> {
  const { callers, total, levels, keyed, seed } = reserving
  const picks = chances(total, levels, seed)
  const keys = keyed ? timeOrderedKeys(total) : []
  return timedInFlight(callers, total, (index) =>
    shop.reserve({ ...reserveOf(productId(picks[index]!)), idempotencyKey: keys[index] }),
  )
}
