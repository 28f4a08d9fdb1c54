import type { Command, SingleCommand } from '../../../src/index.ts'
import type { Dice } from '../../../src/testing/dice.ts'

export const WAREHOUSES = [
  { id: 'SF', name: 'San Francisco', reorderThreshold: 5 },
  { id: 'NYC', name: 'New York', capacity: 3000 },
  { id: 'LA', name: 'Los Angeles' },
]
const PLACES = WAREHOUSES.map(({ id }) => id)
const PRODUCTS = ['SOCK', 'SHOE', 'HAT', 'SCARF', 'GLOVE', 'BELT']
const HOUR = 3_600_000

/** A command with an idempotency key. Its entries carry the key, so that effects can be counted. */
export type Keyed = Command & { readonly idempotencyKey: string }

type Made = { readonly id: string; readonly status: string }

/**
 * One caller of a busy shop: every verb, on few products, so that callers meet. Its next commands depend on its
 * answers.
 */
export class Caller {
  readonly #dice: Dice
  readonly #name: string
  #asked = 0
  #holds: string[] = []
  #sold: string[] = []
  #shipped: string[] = []
  #transfers: string[] = []

  constructor(dice: Dice, name: string) {
    this.#dice = dice
    this.#name = name
  }

  /** Its next commands: usually one, sometimes a batch of a few. */
  next(): Keyed[] {
    const several = this.#dice.chance(8) ? 2 + this.#dice.below(3) : 1
    return Array.from({ length: several }, () => this.#keyed())
  }

  /** Takes in an answer, unless it is a refusal. */
  told(answer: unknown): void {
    const { id, status, reservations, answers, rest } = answer as Partial<Made> & {
      reservations?: Made[]
      answers?: unknown[]
      rest?: Made
    }
    for (const inner of [...(reservations ?? []), ...(answers ?? [])]) this.told(inner)
    if (rest !== undefined) this.told(rest)
    if (id === undefined) return
    if (status === 'PENDING') this.#holds.push(id)
    if (status === 'CONFIRMED') this.#sold.push(id)
    if (status === 'SHIPPED') this.#shipped.push(id)
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
    if (sold !== undefined && kind < 70) return this.#decideSale(sold)
    const shipped = this.#shipped.shift()
    if (shipped !== undefined && kind < 72) return this.#takeBack(shipped)
    const transferId = this.#transfers.shift()
    if (transferId !== undefined && kind < 75)
      return { verb: this.#dice.chance(70) ? 'approveTransfer' : 'rejectTransfer', transferId }
    return kind < 85 ? this.#reserve() : this.#stockWork(kind)
  }

  #decideHold(reservationId: string, kind: number): SingleCommand {
    if (kind < 26) return { verb: 'confirm', reservationId }
    if (kind < 30) return { verb: 'confirm', reservationId, reacquire: true }
    if (kind < 33) return { verb: 'confirm', reservationId, qty: 1 }
    if (kind < 36) return { verb: 'confirm', reservationId, qty: 1, rest: 'hold' }
    if (kind < 42) return { verb: 'release', reservationId }
    if (kind < 44) return { verb: 'release', reservationId, qty: 1 }
    if (kind < 46) return { verb: 'changeOwner', reservationId, owner: `${this.#name}, again` }
    if (kind < 48) return this.#move(reservationId)
    if (kind < 50) return { ...this.#reserve(), replaces: reservationId }
    return { verb: 'extend', reservationId, ttlMs: 2 * HOUR }
  }

  #decideSale(reservationId: string): SingleCommand {
    const kind = this.#dice.below(100)
    if (kind < 50) return { verb: 'ship', reservationId }
    if (kind < 70) return { verb: 'ship', reservationId, qty: 1 }
    if (kind < 80) return { verb: 'cancel', reservationId }
    return kind < 90 ? { verb: 'cancel', reservationId, qty: 1 } : this.#move(reservationId)
  }

  #move(reservationId: string): SingleCommand {
    return { verb: 'moveReservation', reservationId, toWarehouseId: this.#dice.pick(PLACES) }
  }

  #takeBack(reservationId: string): SingleCommand {
    const into = this.#dice.chance(50) ? 'available' : 'unsellable'
    return { verb: 'returnGoods', reservationId, qty: 1, into }
  }

  #stockWork(kind: number): SingleCommand {
    const { pick, below, chance } = this.#dice
    const at = { warehouseId: pick(PLACES), productId: pick(PRODUCTS) }
    if (kind < 90) return { verb: 'addStock', ...at, qty: 10 + below(40), source: 'SUPPLIER' }
    if (kind < 92) return { verb: 'removeStock', ...at, qty: 1 + below(3), reason: 'DAMAGED' }
    if (kind < 93) return this.#shelfWork(at)
    const { productId, warehouseId: fromWarehouseId } = at
    const qty = 1 + below(5)
    if (kind < 95)
      return { verb: 'fulfillAcrossWarehouses', productId, qty: qty * 4, ttlMs: HOUR, owner: 'web' }
    const toWarehouseId = pick(PLACES.filter((id) => id !== fromWarehouseId))
    const move = { fromWarehouseId, toWarehouseId, productId, qty }
    return { verb: 'transfer', ...move, requiresApproval: chance(40) }
  }

  #shelfWork(at: { warehouseId: string; productId: string }): SingleCommand {
    const { pick, below } = this.#dice
    const qty = 1 + below(2)
    return pick<SingleCommand>([
      { verb: 'countStock', ...at, onHand: 50 + below(50), reason: 'STOCKTAKE' },
      { verb: 'countStock', ...at, onHand: 60, expected: 60 + below(3), onlyIfChanged: true },
      { verb: 'setAside', ...at, qty, reason: 'QUARANTINE' },
      { verb: 'putBack', ...at, qty },
      { verb: 'writeOff', ...at, qty, reason: 'BROKEN' },
      { verb: 'sell', ...at, qty, ship: below(2) === 0 },
    ])
  }

  #reserve(): Extract<SingleCommand, { verb: 'reserve' }> {
    const { pick, below, chance } = this.#dice
    const at = { warehouseId: pick(PLACES), productId: chance(40) ? 'SOCK' : pick(PRODUCTS) }
    // Some expire while the shop is open; the sweeper and later commands record them.
    const ttlMs = chance(10) ? 1 + below(60) : HOUR
    return { verb: 'reserve', ...at, qty: 1 + below(3), ttlMs, owner: this.#name }
  }
}
