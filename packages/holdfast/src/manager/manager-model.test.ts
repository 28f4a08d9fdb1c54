import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Command } from '../model/commands/commands.ts'
import { InventoryManager } from './inventory-manager.ts'
import { givenOrder, mostStockFirst } from '../rules/sourcing.ts'
import { approvalAbove } from '../model/transfer.ts'
import { manualClock } from '../testing/manual-clock.ts'
import { ReferenceModel } from '../testing/reference-model.ts'
import { refusalNow } from '../testing/refusal.ts'
import { step, WORKLOAD_WAREHOUSES } from '../testing/workload.ts'

/** The manager and the model, doing the same; every answer, entry and count is compared. */
class Pair {
  readonly #clock = manualClock(1_000)
  readonly #model = new ReferenceModel({ warehouses: WORKLOAD_WAREHOUSES, approvalAbove: 20 })
  #ids: string[] = []
  #made = 0
  readonly #manager = new InventoryManager({
    clock: this.#clock.now,
    newId: () => {
      const id = `R-${String(++this.#made).padStart(6, '0')}`
      this.#ids.push(id)
      return id
    },
    onListenerError: () => undefined,
    transferApproval: approvalAbove(20),
    sourcing: { givenOrder, mostStockFirst },
  })

  constructor() {
    for (const warehouse of WORKLOAD_WAREHOUSES) this.#manager.addWarehouse(warehouse)
  }

  run(seed: number): void {
    const reservations = this.#model.reservations().map(({ id }) => id)
    const transfers = this.#model.transfers().map(({ id }) => id)
    const next = step(seed, { reservations, transfers })
    if (next.kind === 'pass') this.#clock.advance(next.ms)
    else for (const command of next.commands) this.#compare(command)
    this.#compareState()
  }

  #compare(command: Command): void {
    this.#ids = []
    const about = JSON.stringify(command)
    let real: unknown
    let refused: unknown
    try {
      real = this.#manager.execute(command)
    } catch (error) {
      refused = error
    }
    const expected = this.#model.execute(command, this.#clock.now(), this.#ids)
    if (expected.ok) {
      if (refused !== undefined) throw refused as Error
      deepEqual(
        plain({ ...(real as object), seq: this.#manager.auditLog.entries.length }),
        plain(expected.value),
        about,
      )
      return
    }
    const { code, details } = refusalNow(() => {
      if (refused !== undefined) throw refused as Error
      return real
    })
    equal(code, expected.code, about)
    if (code === 'INVALID_INPUT' || code === 'INVALID_QTY') return
    const rest = { ...details }
    delete rest['reservations']
    deepEqual(rest, expected.details, about)
  }

  #compareState(): void {
    this.#model.passTime(this.#clock.now())
    const { entries } = this.#manager.auditLog
    equal(entries.length, this.#model.entries.length)
    deepEqual(plain(entries.at(-1)), plain(this.#model.entries.at(-1)))
    for (const reservation of this.#model.reservations())
      deepEqual(this.#manager.getReservation(reservation.id), reservation)
    for (const transfer of this.#model.transfers())
      deepEqual(this.#manager.getTransfer(transfer.id), transfer)
    const levels = [...this.#manager.warehouses.values()].flatMap((warehouse) =>
      Array.from(warehouse.stock.values(), (level) => level.counts()),
    )
    deepEqual(new Set(levels.map(line)), new Set(this.#model.levels().map(line)))
    for (const { warehouseId, productId, available } of levels)
      equal(this.#manager.getWarehouse(warehouseId).getAvailable(productId), available)
  }

  end(): void {
    deepEqual(plain([...this.#manager.auditLog.entries]), plain(this.#model.entries))
  }
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null))
const line = (level: object): string => JSON.stringify(level, Object.keys(level).sort())

test('the manager does what the model says, whatever the commands', () => {
  const seeds = fc.array(fc.nat(), { minLength: 1, maxLength: 120, size: 'max' })
  fc.assert(
    fc.property(seeds, (steps) => {
      const pair = new Pair()
      for (const seed of steps) pair.run(seed)
      pair.end()
    }),
    { numRuns: 150 },
  )
})
