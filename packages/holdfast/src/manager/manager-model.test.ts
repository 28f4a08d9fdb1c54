import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Command } from '../model/commands/commands.ts'
import { InventoryManager } from './inventory-manager.ts'
import { givenOrder, mostStockFirst } from '../rules/sourcing.ts'
import { approvalAbove } from '../model/transfer.ts'
import { manualClock } from '../testing/manual-clock.ts'
import { ReferenceModel } from '../testing/reference-model.ts'
import { Unknowns } from '../testing/reference/unknowns.ts'
import { refusalNow } from '../testing/refusal.ts'
import { compareDetails, knownTo, madeIn } from '../testing/side-by-side.ts'
import { step, WORKLOAD_WAREHOUSES } from '../testing/workload.ts'
import { LONG } from '../../test/support/long.ts'

/** Gives the same commands to the manager and the model, and compares every answer, entry and count. */
class Pair {
  readonly #clock = manualClock(1_000)
  readonly #model = new ReferenceModel({ warehouses: WORKLOAD_WAREHOUSES, approvalAbove: 20 })
  readonly #unknowns = new Unknowns()
  #made = 0
  #compared = 0
  readonly #manager = new InventoryManager({
    clock: this.#clock.now,
    newId: () => `R-${String(++this.#made).padStart(6, '0')}`,
    onListenerError: () => undefined,
    transferApproval: approvalAbove(20),
    sourcing: { givenOrder, mostStockFirst },
  })

  constructor() {
    for (const warehouse of WORKLOAD_WAREHOUSES) this.#manager.addWarehouse(warehouse)
  }

  run(seed: number): void {
    const next = step(seed, knownTo(this.#model))
    if (next.kind === 'pass') this.#clock.advance(next.ms)
    else for (const command of next.commands) this.#compare(command)
    this.#compareState()
  }

  #compare(command: Command): void {
    const about = JSON.stringify(command)
    let real: object | undefined
    let refused: unknown
    try {
      real = this.#manager.execute(command)
    } catch (error) {
      refused = error
    }
    const ids = real === undefined ? [] : madeIn(this.#model, command, real)
    const expected = this.#model.execute(command, this.#clock.now(), ids)
    if (expected.ok) {
      if (refused !== undefined) throw refused as Error
      this.#same({ ...real, seq: this.#manager.auditLog.entries.length }, expected.value, about)
      return
    }
    const { code, details } = refusalNow(() => {
      if (refused !== undefined) throw refused as Error
      return real
    })
    equal(code, expected.code, about)
    compareDetails(this.#unknowns, { code, details: { ...details } }, expected, about)
    // Here everything is in memory.
    equal(
      (details as typeof expected.details)['heldByOwner'],
      expected.details['heldByOwner'],
      about,
    )
  }

  #compareState(): void {
    this.#model.passTime(this.#clock.now())
    const { entries } = this.#manager.auditLog
    equal(entries.length, this.#model.entries.length)
    this.#same(entries.slice(this.#compared), this.#model.entries.slice(this.#compared))
    this.#compared = entries.length
    for (const reservation of this.#model.reservations())
      this.#same(this.#manager.getReservation(reservation.id), reservation)
    for (const transfer of this.#model.transfers())
      this.#same(this.#manager.getTransfer(transfer.id), transfer)
    const open = [...this.#manager.warehouses.values()].filter(
      ({ id }) => !this.#model.isClosed(id),
    )
    const levels = open.flatMap((warehouse) =>
      Array.from(warehouse.stock.values(), (level) => level.counts()),
    )
    deepEqual(new Set(levels.map(line)), new Set(this.#model.levels().map(line)))
    for (const { warehouseId, productId, available } of levels)
      equal(this.#manager.getWarehouse(warehouseId).getAvailable(productId), available)
  }

  end(): void {
    this.#same([...this.#manager.auditLog.entries], this.#model.entries)
  }

  #same(real: unknown, expected: unknown, about?: string): void {
    const both = [plain(real), plain(this.#unknowns.resolve(expected, real))] as const
    // The assertion's own message shows the difference.
    if (about === undefined) deepEqual(...both)
    else deepEqual(...both, about)
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
    { numRuns: LONG ? 150 : 60 },
  )
})
