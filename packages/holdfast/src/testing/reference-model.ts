import type { AuditEntry } from '../model/audit-entry.ts'
import type { Command, SingleCommand } from '../model/commands/commands.ts'
import type { Reservation } from '../model/reservation.ts'
import type { Transfer } from '../model/transfer.ts'
import type { WarehouseOptions } from '../model/warehouse-record.ts'
import * as hold from './reference/hold-verbs.ts'
import { checkInput } from './reference/input.ts'
import { Refused, Shelf } from './reference/shelf.ts'
import * as stock from './reference/stock-verbs.ts'
import * as moves from './reference/transfer-verbs.ts'

export type ModelOutcome =
  | { readonly ok: true; readonly value: object }
  | {
      readonly ok: false
      readonly code: string
      readonly details: Readonly<Record<string, unknown>>
    }

export interface ModelOptions {
  readonly warehouses: readonly WarehouseOptions[]
  /** What the trail begins with: the entries of the warehouses themselves. */
  readonly entries?: readonly AuditEntry[]
  /** Transfers of more units than this wait for approval. */
  readonly approvalAbove?: number
}

/**
 * What an inventory should do, written from its specification and not from its code: no indexes, no
 * cache, no clever order. Run the same commands against both, and compare.
 */
export class ReferenceModel {
  readonly #shelf: Shelf
  readonly #approvalAbove: number
  readonly #keys: { key: string; command: string; outcome: ModelOutcome }[] = []

  constructor(options: ModelOptions) {
    this.#shelf = new Shelf(options.warehouses, options.entries ?? [])
    this.#approvalAbove = options.approvalAbove ?? Infinity
  }

  /**
   * @param now the clock's milliseconds; a time before the last command's counts as that one
   * @param ids those that the real inventory gave to the records it made, in order
   */
  execute(command: Command, now: number, ids: readonly string[] = []): ModelOutcome {
    this.passTime(now)
    this.#shelf.ids = [...ids]
    try {
      checkInput(command as unknown as Record<string, unknown>)
    } catch (error) {
      return refusal(error)
    }
    const { idempotencyKey: key } = command
    const sorted = Object.entries(command).sort(([a], [b]) => (a < b ? -1 : 1))
    const text = JSON.stringify(sorted)
    const known = this.#keys.find((one) => one.key === key)
    if (known !== undefined)
      return known.command === text
        ? known.outcome
        : { ok: false, code: 'IDEMPOTENCY_CONFLICT', details: {} }
    const outcome = this.#attempt(command)
    const isInput = !outcome.ok && outcome.code === 'INVALID_INPUT'
    if (key !== undefined && !isInput) this.#keys.push({ key, command: text, outcome })
    return outcome
  }

  passTime(now: number): void {
    this.#shelf.now = Math.max(this.#shelf.now, now)
  }

  get entries(): readonly AuditEntry[] {
    return this.#shelf.entries
  }

  /** Every level that the trail knows, as a read shows it now. */
  levels(): object[] {
    const places = new Map<string, AuditEntry>()
    for (const entry of this.#shelf.entries)
      if (entry.productId !== '') places.set(`${entry.warehouseId}\n${entry.productId}`, entry)
    return [...places.values()].map((e) => stock.level(this.#shelf, e.warehouseId, e.productId))
  }

  /** In the order in which they were made. */
  reservations(): Reservation[] {
    return this.#shelf.reservations.map((one) => hold.shown(this.#shelf, one))
  }

  transfers(): Transfer[] {
    return this.#shelf.transfers.map((one) => ({ ...one }))
  }

  #attempt(command: Command): ModelOutcome {
    const before = this.#shelf.copy()
    try {
      const value = command.verb === 'atomically' ? this.#all(command) : this.#one(command, {})
      return { ok: true, value: { ...value, seq: this.#shelf.seq } }
    } catch (error) {
      Object.assign(this.#shelf, before)
      return refusal(error)
    }
  }

  #all(command: Extract<Command, { verb: 'atomically' }>): object {
    const answers = command.commands.map((inner, index) => {
      try {
        return this.#one(inner, command)
      } catch (error) {
        throw error instanceof Refused
          ? new Refused(error.code, { ...error.details, index })
          : error
      }
    })
    return { answers }
  }

  #one(command: SingleCommand, whole: Pick<Command, 'actor' | 'metadata'>): object {
    const shelf = this.#shelf
    shelf.actor = command.actor ?? whole.actor ?? null
    shelf.metadata = command.metadata ?? whole.metadata ?? {}
    if (command.verb === 'transfer') {
      const waits = command.requiresApproval === true || command.qty > this.#approvalAbove
      return moves.transfer(shelf, command, waits)
    }
    return decide(shelf, command)
  }
}

function decide(shelf: Shelf, command: Exclude<SingleCommand, { verb: 'transfer' }>): object {
  switch (command.verb) {
    case 'addStock':
      return stock.addStock(shelf, command)
    case 'removeStock':
      return stock.removeStock(shelf, command)
    case 'countStock':
      return stock.countStock(shelf, command)
    case 'reserve':
      return hold.reserve(shelf, command)
    case 'confirm':
      return hold.confirm(shelf, command)
    case 'release':
      return hold.release(shelf, command)
    case 'ship':
      return hold.ship(shelf, command)
    case 'cancel':
      return hold.cancel(shelf, command)
    case 'extend':
      return hold.extend(shelf, command)
    case 'fulfillAcrossWarehouses':
      return hold.fulfillAcrossWarehouses(shelf, command)
    case 'approveTransfer':
      return moves.approveTransfer(shelf, command)
    case 'rejectTransfer':
      return moves.rejectTransfer(shelf, command)
    default:
      return command satisfies never
  }
}

function refusal(error: unknown): ModelOutcome {
  if (!(error instanceof Refused)) throw error
  return { ok: false, code: error.code, details: error.details }
}
