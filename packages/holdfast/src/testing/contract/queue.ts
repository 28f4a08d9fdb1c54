import { deepEqual, equal } from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { Store } from '../../store/store.ts'
import { openInventory } from '../../engine/open/open-inventory.ts'
import { gatedStore, type GatedStore } from '../gated-store.ts'
import { checkInvariants } from '../invariants.ts'
import { failure } from '../refusal.ts'
import { openFixture, SOCK, type Fixture, type MakeShop, type OpenOptions } from './fixture.ts'

const ADD = { ...SOCK, qty: 1, source: 'SUPPLIER' }

const nameOf = (error: { code?: string; name: string }): string =>
  typeof error.code === 'string' ? error.code : error.name

interface Gated extends Fixture {
  /**
   * Commits stall, and enough commands are given that one waits in the queue behind those in flight. Returns their
   * promises, and how many they are.
   */
  readonly jam: () => Promise<{ readonly under: Promise<unknown>; readonly given: number }>
  readonly lift: () => void
}

/** Waiting in the queue: while a commit is in flight, the next commands gather. */
export function queue(makeStore: (t: TestContext) => Store | Promise<Store>): void {
  async function gated(t: TestContext, options: OpenOptions = {}): Promise<Gated> {
    let store!: GatedStore
    const makeShop: MakeShop = async () => {
      store = gatedStore(await makeStore(t))
      return { open: (more) => openInventory({ store, ...more }) }
    }
    const fixture = await openFixture(t, makeShop, options)
    const jam: Gated['jam'] = async () => {
      store.shut()
      const given: Promise<unknown>[] = []
      while (store.waiting() === 0 || fixture.inventory.stats().queued === 0) {
        given.push(fixture.inventory.addStock(ADD))
        await pause(20)
      }
      return { under: Promise.all(given), given: given.length }
    }
    return { ...fixture, jam, lift: store.lift }
  }

  test('nothing is answered before its commit is durable', async (t) => {
    const { inventory, jam, lift, counts } = await gated(t)
    const { under, given } = await jam()
    let answered = false
    void under.then(() => (answered = true))
    await pause(20)
    deepEqual([answered, await counts()], [false, '0/0/0'])
    lift()
    await under
    equal(await counts(), `${given}/0/0`)
    await checkInvariants(inventory)
  })

  test('a full queue refuses with BUSY immediately, and accepts commands again once it is empty', async (t) => {
    const { inventory, jam, lift, counts } = await gated(t, { queueLimit: 10 })
    const { under, given } = await jam()
    const queued = inventory.stats().queued
    const fill = Array.from({ length: 10 - queued }, () => inventory.addStock(ADD))
    const busy = await failure(() => inventory.addStock(ADD))
    deepEqual([busy.name, busy.code], ['OperationalError', 'BUSY'])
    equal(
      (await failure(() => inventory.batch({ commands: [{ verb: 'addStock', ...ADD }] }))).code,
      'BUSY',
    )
    equal(inventory.stats().queued, 10)
    lift()
    await Promise.all([under, ...fill])
    const all = given + fill.length + 1
    equal((await inventory.addStock(ADD)).available, all)
    equal(await counts(), `${all}/0/0`)
  })

  test('a command that waited too long gets TIMEOUT, and nothing was done', async (t) => {
    const { inventory, jam, lift, counts } = await gated(t)
    const { under, given } = await jam()
    const late = failure(() => inventory.addStock({ ...ADD, qty: 100 }, { timeoutMs: 10 }))
    const patient = inventory.addStock(ADD)
    const awake = setInterval(() => undefined, 1000) // Node 22 ends a test that waits for nothing else
    equal((await late).code, 'TIMEOUT')
    clearInterval(awake)
    lift()
    await Promise.all([under, patient])
    equal(await counts(), `${given + 1}/0/0`)
  })

  test('aborting while waiting means not executed; while committing, the true outcome', async (t) => {
    const { inventory, jam, lift, counts } = await gated(t)
    const taken = new AbortController()
    const first = inventory.addStock({ ...ADD, qty: 10 }, { signal: taken.signal })
    const { under, given } = await jam()
    const waits = new AbortController()
    const second = inventory.addStock({ ...ADD, qty: 100 }, { signal: waits.signal })
    const [third, reason] = [
      inventory.addStock({ ...ADD, qty: 1000 }),
      new Error('the shopper left'),
    ]
    taken.abort()
    waits.abort(reason)
    const [left] = await Promise.allSettled([second])
    equal(left.status === 'rejected' && left.reason, reason)
    lift()
    await Promise.all([first, under, third])
    equal(await counts(), `${1010 + given}/0/0`)
  })

  test('commands are executed in the order in which they came', async (t) => {
    const { inventory, jam, lift } = await gated(t, { batchLimit: 7 })
    const { under } = await jam()
    const seqs: number[] = []
    const ordered = Array.from({ length: 100 }, (_, i) =>
      inventory.addStock({ ...ADD, source: `S${i}` }).then(({ seq }) => seqs.push(seq)),
    )
    lift()
    await Promise.all([under, ...ordered])
    deepEqual(
      seqs,
      seqs.toSorted((a, b) => a - b),
    )
    const sources: string[] = []
    for await (const { metadata } of inventory.audit({ after: seqs[0]! - 1 }))
      sources.push(metadata['source']!)
    deepEqual(
      sources,
      Array.from({ length: 100 }, (_, i) => `S${i}`),
    )
  })

  test('closing commits what is waiting', async (t) => {
    const { inventory, jam, lift, open } = await gated(t)
    const { under, given } = await jam()
    const waiting = Array.from({ length: 50 }, () => inventory.addStock(ADD))
    const closing = inventory.close()
    const late = failure(() => inventory.addStock(ADD))
    await pause(5)
    lift()
    await Promise.all([under, ...waiting, closing])
    equal((await late).code, 'STORE_CLOSED')
    equal((await (await open()).stock(SOCK)).available, given + 50)
  })

  test('a count aborted during its look-up is not executed', async (t) => {
    const { inventory, socks, trail } = await gated(t)
    await socks(5)
    const { seq } = await inventory.head()
    const count = { verb: 'countStock', ...SOCK, onHand: 4, asOf: { seq } } as const
    const commands = Array.from({ length: 500 }, () => count)
    const late = await inventory.atomically({ commands }, { timeoutMs: 0 }).catch(nameOf)
    equal(late, 'TIMEOUT')
    const aborting = new AbortController()
    const given = inventory.atomically({ commands }, { signal: aborting.signal }).catch(nameOf)
    aborting.abort()
    equal(await given, 'AbortError')
    deepEqual(await trail(seq), [])
  })
}
