import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import type { Command } from '../../model/commands/commands.ts'
import { memory } from '../../store/memory/index.ts'
import type { Reader, Store } from '../../store/store.ts'
import { manualClock } from '../../testing/manual-clock.ts'
import { openInventory } from '../open/open-inventory.ts'
import type { Inventory } from '../inventory.ts'

const START = 1_700_000_000_000
const SOCK = { warehouseId: 'SF', productId: 'SOCK' }

/** A store that counts the entries of histories that are read, and can tell of each page. */
function counted(): { store: Store; read: () => number; onPage: (told: () => void) => void } {
  const store = memory()
  let entries = 0
  let onPage = (): void => undefined
  return {
    read: () => entries,
    onPage: (told) => void (onPage = told),
    store: {
      kind: store.kind,
      open: async (options) => {
        const opened = await store.open(options)
        const { reader } = opened
        const ask = reader.history.bind(reader)
        const history: Reader['history'] = async (...given) => {
          const page = await ask(...given)
          entries += page.rows.length
          onPage()
          return page
        }
        Object.assign(reader, { history })
        return opened
      },
    },
  }
}

/** Two old holds of 3 and 4 units, 10 and 1,000,000 ms long, and `churn` entries after them. */
async function shop(churn: number) {
  const { store, read, onPage } = counted()
  const clock = manualClock(START)
  const inventory = await openInventory({
    store,
    warehouses: [{ id: 'SF', name: 'San Francisco' }],
    clock: clock.now,
    monotonicClock: clock.monotonic,
    sweepMs: 0,
  })
  await inventory.addStock({ ...SOCK, qty: 100, source: 'S' })
  const { id: short } = await inventory.reserve({ ...SOCK, qty: 3, ttlMs: 10 })
  await inventory.reserve({ ...SOCK, qty: 4, ttlMs: 1_000_000 })
  for (let done = 0; done < churn; done += 1000) {
    const commands = Array.from({ length: Math.min(1000, churn - done) }, (_, i): Command =>
      i % 2 === 0
        ? { verb: 'addStock', ...SOCK, qty: 1, source: 'S' }
        : { verb: 'removeStock', ...SOCK, qty: 1, reason: 'GIFT' },
    )
    await inventory.batch({ commands })
  }
  return { inventory, clock, read, onPage, short }
}

test('explain looks no further back than for the holds that are over', async () => {
  const { inventory, clock, read } = await shop(3000)
  const before = read()
  const { due, moreDue, entries, held } = await inventory.explain({ ...SOCK, limit: 1 })
  deepEqual([due, moreDue, entries.length, held], [[], false, 1, 7])
  equal(read() - before, 1)
  clock.advance(11)
  const again = await inventory.explain({ ...SOCK, limit: 1 })
  deepEqual([again.due.length, again.moreDue, again.held], [1, false, 4])
  await inventory.close()
})

test('behind 5,000 entries nothing is looked for, the answers say so, and counts are exact', async () => {
  const { inventory, clock, read } = await shop(8000)
  clock.advance(11)
  let before = read()
  const { due, moreDue, entries, more, seq, ...counts } = await inventory.explain({
    ...SOCK,
    limit: 1,
  })
  deepEqual([due, moreDue, entries.length, more], [[], true, 1, true])
  deepEqual({ ...counts, seq }, await inventory.stock(SOCK))
  equal(counts.held, 4)
  ok(read() - before < 5500, `${read() - before} entries were read`)
  before = read()
  const past = await inventory.stockAt({ ...SOCK, time: START + 11 })
  deepEqual([past.unchecked, past.held, past.onHand], [7, 7, counts.onHand])
  ok(read() - before < 5500, `${read() - before} entries were read`)
  await inventory.close()
})

test('within them, it is known of every unit whether it was held', async () => {
  const { inventory, clock, short } = await shop(4000)
  clock.advance(11)
  const past = await inventory.stockAt({ ...SOCK, time: START + 11 })
  deepEqual([past.unchecked, past.held, past.available], [0, 4, 96])
  const { due } = await inventory.explain({ ...SOCK, limit: 1 })
  deepEqual(due, [{ reservationId: short, qty: 3, expiresAt: START + 10 }])
  await inventory.close()
})

test('who no longer waits stops the search', async () => {
  const { inventory, clock, read, onPage } = await shop(4000)
  clock.advance(11)
  for (const ask of [
    (signal: AbortSignal) => inventory.explain({ ...SOCK, limit: 1 }, { signal }),
    (signal: AbortSignal) => inventory.stockAt({ ...SOCK, time: START + 11 }, { signal }),
  ]) {
    const reason = new Error('the reader left')
    await rejects(ask(AbortSignal.abort(reason)), reason)
    const gone = new AbortController()
    const before = read()
    onPage(() => {
      if (read() - before > 400) gone.abort(reason)
    })
    await rejects(ask(gone.signal), reason)
    ok(read() - before < 1000, `${read() - before} entries were read`)
  }
  await inventory.close()
})

/** Whatever leaves units held, in one way each. */
const LEAVES_HELD: Readonly<Record<string, (shop: Inventory, id: string) => Promise<unknown>>> = {
  'nobody touches': () => Promise.resolve(),
  'has another owner': (shop, reservationId) => shop.changeOwner({ reservationId, owner: 'bob' }),
  'is extended twice': async (shop, reservationId) => {
    await shop.extend({ reservationId, ttlMs: 500 })
    await shop.extend({ reservationId, ttlMs: 20 })
  },
  'is released in part': (shop, reservationId) => shop.release({ reservationId, qty: 1 }),
  'is sold in part': (shop, reservationId) => shop.confirm({ reservationId, qty: 1, rest: 'hold' }),
  'is replaced': (shop, replaces) => shop.reserve({ ...SOCK, qty: 2, ttlMs: 30, replaces }),
  'moves with a transfer': async (shop, id) => {
    const there = { fromWarehouseId: 'SF', toWarehouseId: 'NYC', productId: 'SOCK', qty: 3 }
    const { reservations } = await shop.transfer({ ...there, reservations: [id] })
    await shop.moveReservation({ reservationId: reservations![0]!.id, toWarehouseId: 'SF' })
  },
}

for (const [what, change] of Object.entries(LEAVES_HELD))
  test(`the past of a hold that ${what} is what was read then`, async () => {
    const clock = manualClock(START)
    await using inventory = await openInventory({
      store: memory(),
      warehouses: ['SF', 'NYC'].map((id) => ({ id, name: id })),
      clock: clock.now,
      monotonicClock: clock.monotonic,
      sweepMs: 0,
    })
    await inventory.addStock({ ...SOCK, qty: 100, source: 'S' })
    await inventory.reserve({ ...SOCK, qty: 4, ttlMs: 1_000_000, owner: 'ann' })
    const { id } = await inventory.reserve({ ...SOCK, qty: 3, ttlMs: 10, owner: 'ann' })
    await change(inventory, id)
    const then: [number, object][] = []
    for (let at = 0; at <= 40; at++, clock.advance(1)) {
      const { seq: _, ...counts } = await inventory.stock(SOCK)
      then.push([clock.now(), counts])
      const {
        entries,
        due,
        more: __,
        moreDue,
        seq: ___,
        ...explained
      } = await inventory.explain(SOCK)
      deepEqual([explained, moreDue], [counts, false])
      const units = due.reduce((sum, { qty }) => sum + qty, 0)
      equal(units, entries[0]!.held - counts.held)
      for (const { reservationId, expiresAt } of due)
        equal((await inventory.getReservation({ reservationId })).expiresAt, expiresAt)
    }
    equal((then.at(-1)![1] as { held: number }).held, 4)
    for (const [time, counts] of then) {
      const { seq: _, unchecked, ...past } = await inventory.stockAt({ ...SOCK, time })
      deepEqual([past, unchecked], [counts, 0])
    }
  })
