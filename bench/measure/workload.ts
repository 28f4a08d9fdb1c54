import { randomFillSync } from 'node:crypto'
import type { Inventory } from 'holdfast'
import { timedInFlight, type Calls } from './callers.ts'
import { productId, reserveOf } from './shop.ts'

/** `total` reserves of `levels` products, by concurrent callers. */
export interface Workload {
  readonly callers: number
  readonly total: number
  /** 1: everybody wants the same. */
  readonly levels: number
  readonly keyed: boolean
  readonly seed: number
}

export function runWorkload(shop: Inventory, workload: Workload): Promise<Calls> {
  const { callers, total, levels, keyed, seed } = workload
  const picks = randomPicks(total, levels, seed)
  const keys = keyed ? timeOrderedKeys(total) : []
  return timedInFlight(callers, total, (index) =>
    shop.reserve({ ...reserveOf(productId(picks[index]!)), idempotencyKey: keys[index] }),
  )
}

/** Pseudo-random numbers below `limit`, the same in every run: xorshift32. */
export function randomPicks(count: number, limit: number, seed = 0x9e3779b9): Int32Array {
  const numbers = new Int32Array(count)
  let state = seed
  for (let index = 0; index < count; index++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    numbers[index] = (state >>> 0) % limit
  }
  return numbers
}

/**
 * Idempotency keys as a client should make them: UUIDs of version 7, which start with the time and a counter, so that
 * an index grows at its end. Random keys cost the bare loop four fifths of its speed.
 */
export function timeOrderedKeys(count: number): string[] {
  const random = randomFillSync(Buffer.alloc(count * 8)).toString('hex')
  return Array.from({ length: count }, (_, index) => {
    const counter = ++last % 0x1000
    if (counter === 0) millisecond++
    const time = millisecond.toString(16).padStart(12, '0')
    const rest = random.slice(index * 16, index * 16 + 16)
    return (
      `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, '0')}` +
      `-8${rest.slice(1, 4)}-${rest.slice(4)}`
    )
  })
}

let millisecond = Date.now()
let last = -1
