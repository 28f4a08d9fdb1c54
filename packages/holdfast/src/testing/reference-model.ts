import type { AuditEntry } from '../model/audit-entry.ts'
import type { Command, ListedCommand, SingleCommand } from '../model/commands/commands.ts'
import type { Reservation } from '../model/reservation.ts'
import type { Transfer } from '../model/transfer.ts'
import type { WarehouseOptions } from '../model/warehouse-record.ts'
import { countStock } from './reference/count-verb.ts'
import * as hold from './reference/hold-verbs.ts'
import { checkInput } from './reference/input.ts'
import { level } from './reference/offers.ts'
import { shown } from './reference/records.ts'
import { moveReservation } from './reference/replace-verbs.ts'
import { Refused, Shelf } from './reference/shelf.ts'
import * as stock from './reference/stock-verbs.ts'
import * as moves from './reference/transfer-verbs.ts'
import { closeWarehouse } from './reference/warehouse-verbs.ts'

export type ModelOutcome =
  | { readonly ok: true; readonly value: object }
  | {
      readonly ok: false
      readonly code: string
      readonly details: Readonly<Record<string, unknown>>
    }

export interface ModelOptions {
  readonly warehouses: readonly WarehouseOptions[]
  /** The first entries of the trail: those of the warehouses. */
  readonly entries?: readonly AuditEntry[]
  /** Transfers of more units than this wait for approval. */
  readonly approvalAbove?: number
}

/**
 * What an inventory should do, written from its specification and not from its code: no indexes, no cache, no clever
 * order. Give both the same commands, and compare.
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
   * @param ids those that the real inventory gave to the records it made, in order; other records, and the groups made
   * by a list or a split, get the model's own names: see `Unknowns`
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

  isClosed(warehouseId: string): boolean {
    return this.#shelf.closed.includes(warehouseId)
  }

  get entries(): readonly AuditEntry[] {
    return this.#shelf.entries
  }

  /** Every level in the trail, except of closed warehouses, as a read shows it now. */
  levels(): object[] {
    const places = new Map<string, AuditEntry>()
    for (const entry of this.#shelf.entries)
      if (entry.productId !== '' && !this.#shelf.closed.includes(entry.warehouseId))
        places.set(`${entry.warehouseId}\n${entry.productId}`, entry)
    return [...places.values()].map((entry) => level(this.#shelf, entry))
  }

  /** In the order in which they were made. */
  reservations(): Reservation[] {
    return this.#shelf.reservations.map((one) => shown(this.#shelf, one))
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
    const own = command.group === undefined ? this.#shelf.newGroup() : null
    const answers: object[] = []
    for (const [index, inner] of command.commands.entries()) {
      try {
        answers.push(this.#one(withIds(inner, answers), command, own))
      } catch (error) {
        throw error instanceof Refused
          ? new Refused(error.code, { ...error.details, index })
          : error
      }
    }
    return { answers }
  }

  /** @param own the group that its list made */
  #one(
    command: SingleCommand,
    whole: Pick<Command, 'actor' | 'metadata' | 'reference' | 'group'>,
    own: string | null = null,
  ): object {
    const shelf = this.#shelf
    shelf.said = {
      actor: command.actor ?? whole.actor ?? null,
      metadata: command.metadata ?? whole.metadata ?? {},
      reference: command.reference ?? whole.reference ?? null,
      group: command.group ?? whole.group,
      own,
    }
    if (command.verb === 'transfer') {
      const waits = command.requiresApproval === true || command.qty > this.#approvalAbove
      return moves.transfer(shelf, command, waits)
    }
    return decide(shelf, command)
  }
}

/** The command with an id in place of each reference to an earlier answer. */
function withIds(command: ListedCommand, answers: readonly object[]): SingleCommand {
  const named = { ...command } as unknown as Record<string, unknown>
  for (const field of ['reservationId', 'replaces']) {
    if (typeof named[field] !== 'object') continue
    const { result, leg } = named[field] as { result: number; leg?: number }
    const answer = answers[result] as { id: string; reservations: readonly { id: string }[] }
    const made = leg === undefined ? answer : answer.reservations[leg]
    if (made === undefined) throw new Refused('INVALID_INPUT', { field: `${field}.leg` })
    named[field] = made.id
  }
  return named as unknown as SingleCommand
}

function decide(shelf: Shelf, command: Exclude<SingleCommand, { verb: 'transfer' }>): object {
  switch (command.verb) {
    case 'addStock':
      return stock.addStock(shelf, command)
    case 'removeStock':
      return stock.removeStock(shelf, command)
    case 'countStock':
      return countStock(shelf, command)
    case 'setAside':
      return stock.setAside(shelf, command)
    case 'putBack':
      return stock.putBack(shelf, command)
    case 'writeOff':
      return stock.writeOff(shelf, command)
    case 'reserve':
      return hold.reserve(shelf, command)
    case 'confirm':
      return hold.confirm(shelf, command)
    case 'release':
      return hold.release(shelf, command)
    case 'confirmAll':
      return hold.confirmAll(shelf, command)
    case 'extendAll':
      return hold.extendAll(shelf, command)
    case 'releaseAll':
      return hold.releaseAll(shelf, command)
    case 'ship':
      return hold.ship(shelf, command)
    case 'cancel':
      return hold.cancel(shelf, command)
    case 'extend':
      return hold.extend(shelf, command)
    case 'sell':
      return hold.sell(shelf, command)
    case 'moveReservation':
      return moveReservation(shelf, command)
    case 'changeOwner':
      return hold.changeOwner(shelf, command)
    case 'returnGoods':
      return hold.returnGoods(shelf, command)
    case 'fulfillAcrossWarehouses':
      return hold.fulfillAcrossWarehouses(shelf, command)
    case 'approveTransfer':
      return moves.approveTransfer(shelf, command)
    case 'rejectTransfer':
      return moves.rejectTransfer(shelf, command)
    case 'closeWarehouse':
      return closeWarehouse(shelf, command)
    default:
      return command satisfies never
  }
}

function refusal(error: unknown): ModelOutcome {
  if (!(error instanceof Refused)) throw error
  return { ok: false, code: error.code, details: error.details }
}
