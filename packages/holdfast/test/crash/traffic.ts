import type { Command, SingleCommand } from '../../src/index.ts'
import type { Dice } from '../../src/testing/dice.ts'

export const WAREHOUSES = [
  { id: 'SF', name: 'San Francisco', reorderThreshold: 5 },
  { id: 'NYC', name: 'New York', capacity: 3000 },
  { id: 'LA', name: 'Los Angeles' },
]
const PLACES = WAREHOUSES.map(({ id }) => id)
const PRODUCTS = ['SOCK', 'SHOE', 'HAT', 'SCARF', 'GLOVE', 'BELT']
const HOUR = 3_600_000

/** A command under an idempotency key; its entries carry the key, so that effects can be counted. */
export type Keyed = Command & { readonly idempotencyKey: string }

type Made = { readonly id: string; readonly status: string }

/**
 * One caller of a busy shop: every verb, on few products, so that callers meet. What it is told
 * decides what it asks for next.
 */
export class Caller {
  readonly #dice: Dice
  readonly #name: string
  #asked = 0
  #holds: string[] = []
  #sold: string[] = []
  #transfers: string[] = []

  constructor(dice: Dice, name: string) {
    this.#dice = dice
    this.#name = name
  }

  /** What it sends next: mostly one command, now and then a batch of a few. */
  next(): Keyed[] {
    const several = this.#dice.chance(8) ? 2 + this.#dice.below(3) : 1
    return Array.from({ length: several }, () => this.#keyed())
  }

  /** An answer came; a refusal is none. */
  told(answer: unknown): void {
    const { id, status, reservations, answers } = answer as Partial<Made> & {
      reservations?: Made[]
      answers?: unknown[]
    }
    for (const inner of [...(reservations ?? []), ...(answers ?? [])]) this.told(inner)
    if (id === undefined) return
    if (status === 'PENDING') this.#holds.push(id)
    if (status === 'CONFIRMED') this.#sold.push(id)
    if (status === 'PENDING_APPROVAL') this.#transfers.push(id)
  }

  #keyed(): Keyed {
    const idempotencyKey = `${this.#name}/${++this.#asked}`
    const named = { idempotencyKey, actor: this.#name, metadata: { key: idempotencyKey } }
    if (!this.#dice.chance(10)) return { ...this.#single(), ...named }
    const commands = Array.from({ length: 2 + this.#dice.below(2) }, () => this.#reserve())
    return { verb: 'atomically', commands, ...named }
  }

  #single(): SingleCommand {
    const kind = this.#dice.below(100)
    const reservationId = this.#dice.chance(50) ? this.#holds.shift() : this.#holds.pop()
    if (reservationId !== undefined && kind < 55) return this.#decideHold(reservationId, kind)
    const sold = this.#sold.shift()
    if (sold !== undefined && kind < 70)
      return { verb: this.#dice.chance(80) ? 'ship' : 'cancel', reservationId: sold }
    const transferId = this.#transfers.shift()
    if (transferId !== undefined && kind < 75)
      return { verb: this.#dice.chance(70) ? 'approveTransfer' : 'rejectTransfer', transferId }
    return kind < 85 ? this.#reserve() : this.#stockWork(kind)
  }

  #decideHold(reservationId: string, kind: number): SingleCommand {
    if (kind < 30) return { verb: 'confirm', reservationId }
    if (kind < 36) return { verb: 'confirm', reservationId, qty: 1 }
    if (kind < 48) return { verb: 'release', reservationId }
    return { verb: 'extend', reservationId, ttlMs: 2 * HOUR }
  }

  #stockWork(kind: number): SingleCommand {
    const { pick, below, chance } = this.#dice
    const at = { warehouseId: pick(PLACES), productId: pick(PRODUCTS) }
    if (kind < 90) return { verb: 'addStock', ...at, qty: 10 + below(40), source: 'SUPPLIER' }
    if (kind < 92) return { verb: 'removeStock', ...at, qty: 1 + below(3), reason: 'DAMAGED' }
    if (kind < 93) return { verb: 'countStock', ...at, onHand: 50 + below(50), reason: 'STOCKTAKE' }
    const { productId, warehouseId: fromWarehouseId } = at
    const qty = 1 + below(5)
    if (kind < 95)
      return { verb: 'fulfillAcrossWarehouses', productId, qty: qty * 4, ttlMs: HOUR, owner: 'web' }
    const toWarehouseId = pick(PLACES.filter((id) => id !== fromWarehouseId))
    const move = { fromWarehouseId, toWarehouseId, productId, qty }
    return { verb: 'transfer', ...move, requiresApproval: chance(40) }
  }

  #reserve(): SingleCommand {
    const { pick, below, chance } = this.#dice
    const at = { warehouseId: pick(PLACES), productId: chance(40) ? 'SOCK' : pick(PRODUCTS) }
    // Some expire while the shop is open: the sweeper and later commands write them down.
    const ttlMs = chance(10) ? 1 + below(60) : HOUR
    return { verb: 'reserve', ...at, qty: 1 + below(3), ttlMs, owner: this.#name }
  }
}
