import type { Command, SingleCommand } from '../model/commands/commands.ts'
import type { WarehouseOptions } from '../model/warehouse-record.ts'
import { dice, type Dice } from './dice.ts'

/** Few warehouses, one of them small: transfers both ways collide, and capacity is reached. */
export const WORKLOAD_WAREHOUSES: readonly WarehouseOptions[] = [
  { id: 'SF', name: 'San Francisco', reorderThreshold: 3 },
  { id: 'NYC', name: 'New York', capacity: 40 },
  { id: '__proto__', name: 'Nowhere' },
]
const WAREHOUSES = WORKLOAD_WAREHOUSES.map(({ id }) => id)
/** The first one is the hot one. */
const PRODUCTS = ['SOCK', 'SHOE', 'constructor', '🧦']
/** Beside the ids above, nobody could tell them apart. */
const UNSEEN = [' ', 'SOCK ', ' SF', 'SO\u200bCK', 'SF\ufeff', 'S\u00a0F', '🧦\ufe0f', 'e\u0301']
const NOBODY = '00000000-0000-8fff-8000-000000000000'

/** The records that a command may name. */
export interface Known {
  readonly reservations: readonly string[]
  readonly transfers: readonly string[]
}

/** Time passes, or commands arrive: all at once, each for itself or as one batch. */
export type Step =
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'commands'; readonly commands: readonly Command[] }
  | { readonly kind: 'batch'; readonly commands: readonly Command[] }

export interface WorkloadOptions {
  /** With idempotency keys, some of them used again: for the same command, and for another. */
  readonly keys?: boolean
}

/** One step: the same seed, the same known records, the same step. */
export function step(seed: number, known: Known, options: WorkloadOptions = {}): Step {
  const d = dice(seed)
  const kind = d.below(100)
  const several = (least: number, most: number): Command[] =>
    Array.from({ length: least + d.below(most - least + 1) }, () => command(d, known, options))
  if (kind === 0) return { kind: 'batch', commands: rush(d) }
  if (kind < 16) return { kind: 'pass', ms: d.pick([1, 1, 10, 40, 100, 400]) }
  if (kind < 30) return { kind: 'commands', commands: several(2, 8) }
  if (kind < 36) return { kind: 'batch', commands: several(1, 6) }
  return { kind: 'commands', commands: several(1, 1) }
}

/** More holds at once than an engine looks at in one go; they expire together, or nearly. */
function rush(d: Dice): Command[] {
  const hot = { warehouseId: 'SF', productId: PRODUCTS[0]! }
  const holds = Array.from({ length: 90 }, () => {
    return { verb: 'reserve', ...hot, qty: 1, ttlMs: 1 + d.below(30) } as const
  })
  return [{ verb: 'addStock', ...hot, qty: 80, source: 'SUPPLIER' }, ...holds]
}

function command(d: Dice, known: Known, options: WorkloadOptions): Command {
  if (options.keys === true && d.chance(8)) return keyed(d)
  if (d.chance(4)) return spoiled(d, single(d, known))
  if (!d.chance(8)) return single(d, known)
  const commands = Array.from({ length: 1 + d.below(4) }, () => single(d, known))
  if (d.chance(5)) commands.push(spoiled(d, single(d, known)))
  return { verb: 'atomically', commands, ...named(d) }
}

function single(d: Dice, known: Known): SingleCommand {
  const productId = d.chance(60) ? PRODUCTS[0]! : d.pick(PRODUCTS)
  const warehouseId = d.chance(2) ? 'MOON' : d.pick(WAREHOUSES)
  const at = { warehouseId, productId }
  const qty = 1 + d.below(d.chance(10) ? 30 : 6)
  const ttlMs = d.pick([1, 10, 30, 100, 1000, 1000])
  const reservationId = recent(d, known.reservations)
  const transferId = recent(d, known.transfers)
  const owner = d.chance(30) ? { owner: d.pick(['cart-1', 'cart-2']) } : {}
  const some = named(d)
  const pick = d.below(100)
  if (pick < 12) return { verb: 'addStock', ...at, qty: qty * 2, source: 'SUPPLIER', ...some }
  if (pick < 17)
    return { verb: 'removeStock', ...at, qty, reason: d.pick(['DAMAGED', 'LOST']), ...some }
  if (pick < 21) return { verb: 'countStock', ...at, onHand: d.below(25), ...some }
  if (pick < 45) return { verb: 'reserve', ...at, qty, ttlMs, ...owner, ...some }
  if (pick < 58)
    return { verb: 'confirm', reservationId, ...(d.chance(30) ? { qty } : {}), ...some }
  if (pick < 65) return { verb: 'release', reservationId, ...some }
  if (pick < 71) return { verb: 'extend', reservationId, ttlMs, ...some }
  if (pick < 75) return { verb: 'ship', reservationId, ...some }
  if (pick < 80) return { verb: 'cancel', reservationId, ...some }
  if (pick < 86) {
    const toWarehouseId = d.pick(WAREHOUSES)
    const approval = d.chance(60) ? { requiresApproval: d.chance(80) } : {}
    return {
      verb: 'transfer',
      fromWarehouseId: warehouseId,
      toWarehouseId,
      productId,
      qty,
      ...approval,
      ...some,
    }
  }
  if (pick < 89) return { verb: 'approveTransfer', transferId, ...some }
  if (pick < 93)
    return {
      verb: 'rejectTransfer',
      transferId,
      ...(d.chance(50) ? { reason: 'no van' } : {}),
      ...some,
    }
  const strategy = d.chance(50)
    ? { strategy: d.pick(['givenOrder', 'mostStockFirst', 'none']) }
    : {}
  const warehouseOrder = d.pick([WAREHOUSES, WAREHOUSES.toReversed(), WAREHOUSES.slice(1)])
  const order = d.chance(60) ? { warehouseOrder } : {}
  return {
    verb: 'fulfillAcrossWarehouses',
    productId,
    qty: qty * 2,
    ttlMs,
    ...order,
    ...strategy,
    ...owner,
    ...some,
  }
}

/** Sometimes an actor, sometimes metadata. */
function named(d: Dice): Pick<Command, 'actor' | 'metadata'> {
  if (!d.chance(15)) return {}
  return { actor: d.pick(['ann', 'bob']), metadata: { order: String(d.below(9)), ['1']: 'one' } }
}

/** The latest ones most of the time: those still change. */
function recent(d: Dice, ids: readonly string[]): string {
  if (ids.length === 0 || d.chance(3)) return d.pick(['nobody', NOBODY])
  return d.chance(80) ? d.pick(ids.slice(-8)) : d.pick(ids)
}

/** One of nine commands with a key each; now and then a key comes with another command. */
function keyed(d: Dice): Command {
  const number = d.below(9)
  const qty = 1 + (d.chance(15) ? number : number % 3)
  const idempotencyKey = `key-${number}`
  return { verb: 'reserve', warehouseId: 'SF', productId: 'SOCK', qty, ttlMs: 100, idempotencyKey }
}

/** The same command, with something in it that no inventory could accept. */
function spoiled(d: Dice, sound: SingleCommand): SingleCommand {
  const poison = d.pick(['', '\u0000', 'a\u009fb', '\ud800', 'x'.repeat(129)])
  const fault = d.pick<Record<string, unknown>>([
    { qty: 0 },
    { qty: -1 },
    { qty: 1.5 },
    { qty: 1e12 + 1 },
    { qty: '3' },
    { ttlMs: 0 },
    { ttlMs: 31_622_400_001 },
    { productId: poison },
    { warehouseId: poison },
    { reservationId: poison },
    { productId: d.pick(UNSEEN) },
    { warehouseId: d.pick(UNSEEN) },
    { warehouseOrder: ['SF', d.pick(UNSEEN)] },
    { actor: poison },
    { metadata: { key: '\ud800' } },
    { onwer: 'cart-1' },
  ])
  return { ...sound, ...fault }
}
