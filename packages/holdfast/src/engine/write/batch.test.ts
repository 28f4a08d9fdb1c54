import { deepEqual, equal, rejects, throws } from 'node:assert/strict'
import { test } from 'node:test'
import type { Command } from '../../model/commands/commands.ts'
import { InvariantError, PolicyFailedError, type InventoryError } from '../../model/errors.ts'
import type { Rules } from '../../rules/policies.ts'
import { givenOrder } from '../../rules/sourcing.ts'
import { approveEverything } from '../../model/transfer.ts'
import { warehouseRecord } from '../../model/warehouse-record.ts'
import type { Decision, Reading, Writing } from '../../rules/decision.ts'
import { memory } from '../../store/memory/index.ts'
import { recordId } from '../../model/record-id.ts'
import { NO_NEEDS } from '../../testing/nothing.ts'
import type { LevelRow, Loaded } from '../../store/store.ts'
import { manualClock } from '../../testing/manual-clock.ts'
import { Batch } from './batch.ts'
import type { Job } from './job.ts'
import { CachedState } from '../cache/cached-state.ts'
import { openInventory } from '../open/open-inventory.ts'

const HEAD = { seq: 0, hash: '0'.repeat(64), at: 0, commit: 0, levelKeys: 2 }
const SOCK = { warehouseId: 'SF', productId: 'SOCK' }
const NOTHING: Loaded = {
  levels: [],
  reservations: [],
  transfers: [],
  holds: [],
  claims: [],
  holders: [],
  keys: [],
  lastKeys: [],
  documents: [],
}
const level = (key: number, warehouseId: string): LevelRow => ({
  key,
  warehouseId,
  productId: 'SOCK',
  available: 0,
  held: 0,
  allocated: 0,
  unsellable: 0,
  lastSeq: 0,
  lastReservation: 0,
  lastCount: 0,
})

/** A batch on a state that knows SOCK in two warehouses; nothing else has been looked up yet. */
function batch(rules: Partial<Rules> = {}): Batch {
  const root = new CachedState(
    {
      newId: (seq) => recordId(seq, 1),
      transferApproval: approveEverything,
      sourcing: { givenOrder },
      ...rules,
    },
    HEAD,
    ['SF', 'NYC'].map((id) => ({ record: warehouseRecord({ id, name: id }), onHand: 0 })),
    10,
  )
  root.receive(NO_NEEDS, { ...NOTHING, levels: [level(1, 'SF'), level(2, 'NYC')] })
  return new Batch(root, 1000, 1000)
}

type InternalJob = Extract<Job, { kind: 'internal' }>
const internal = (decision: Decision<undefined, object>): InternalJob => ({
  kind: 'internal',
  decision,
  actor: null,
  documents: [],
  also: null,
})
const command = (given: Command): Extract<Job, { kind: 'command' }> => ({
  kind: 'command',
  command: given,
  decided: given,
  key: null,
  documents: [],
  also: null,
})

function receive(read: Reading): (write: Writing) => object {
  const level = read.level('SF', 'SOCK')!
  return (write) => {
    write.append('RECEIVED', level, 5, {})
    return {}
  }
}

test('an effect that looks something up breaks a rule, though by its type it cannot', () => {
  const looks: ((read: Reading) => unknown)[] = [
    (read) => read.level('SF', 'HAT'),
    (read) => read.level('SF', 'SOCK'),
    (read) => read.warehouse('SF'),
    (read) => read.reservation('R'),
    (read) => read.transfer('T'),
    (read) => read.onHand('SF'),
    (read) => read.dueUnits(read.level('SF', 'SOCK')!),
  ]
  for (const look of looks) {
    const late = internal((read) => {
      const effect = receive(read)
      return (write) => {
        effect(write)
        // @ts-expect-error no look-up
        const none: unknown = write.level
        look(read)
        return { none }
      }
    })
    throws(() => batch().decideFrom([late]), InvariantError, String(look))
  }
})

test('a decision that changes something before it returns its effect breaks a rule', () => {
  let kept: Writing | null = null
  const keeps = internal((read) => {
    const effect = receive(read)
    return (write) => {
      kept = write
      return effect(write)
    }
  })
  const early = internal((read) => {
    receive(read)(kept!)
    return () => ({})
  })
  throws(() => batch().decideFrom([keeps, early]), InvariantError)
})

test('a job that is refused after it has changed something breaks a rule', () => {
  const late = internal((read) => {
    const effect = receive(read)
    return (write) => {
      effect(write)
      throw new PolicyFailedError('too late', { policy: 'none' })
    }
  })
  throws(() => batch().decideFrom([late]), InvariantError)
})

test('so does a command inside a list that has its own key', () => {
  let ids = 0
  const refusesTheSecond: Partial<Rules> = {
    newId: (seq) => {
      if (++ids === 2) throw new PolicyFailedError('too late', { policy: 'none' })
      return recordId(seq, 1)
    },
  }
  const two = batch(refusesTheSecond)
  const jobs = [
    command({ verb: 'addStock', ...SOCK, qty: 1, source: 'S' }),
    command({ verb: 'addStock', ...SOCK, warehouseId: 'NYC', qty: 1, source: 'S' }),
    command({ verb: 'fulfillAcrossWarehouses', productId: 'SOCK', qty: 2, ttlMs: 1000 }),
  ]
  const list: Job = { kind: 'batch', jobs, key: null, command: {}, documents: [], also: null }
  throws(() => two.decideFrom([list]), InvariantError)
})

test('a list whose commands refer to earlier answers loads all its levels at once', () => {
  const one = batch()
  const hold = { verb: 'reserve', warehouseId: 'SF', qty: 1, ttlMs: 1000 } as const
  const list = command({
    verb: 'atomically',
    commands: [
      { ...hold, productId: 'HAT' },
      { ...hold, productId: 'CAP', replaces: { result: 0 } },
      { verb: 'moveReservation', reservationId: { result: 1 }, toWarehouseId: 'NYC' },
    ],
  })
  equal(one.decideFrom([list]), false)
  const { levels } = one.root.takeNeeds()!
  deepEqual(levels.map(({ warehouseId, productId }) => `${productId} ${warehouseId}`).sort(), [
    ...['CAP NYC', 'CAP SF', 'HAT SF'],
  ])
})

test('a bug in a job is not hidden by the search for the needs of later jobs', () => {
  const first = internal((read) => {
    read.level('SF', 'HAT')
    return () => ({})
  })
  const broken = internal(() => {
    throw new TypeError('a bug')
  })
  throws(() => batch().decideFrom([first, broken]), TypeError)
})

test('a job’s needs are found before it changes anything, and it takes effect once', () => {
  const one = batch()
  const looks = internal((read) => {
    read.level('SF', 'HAT')
    return receive(read)
  })
  const jobs = [looks]
  equal(one.decideFrom(jobs), false)
  deepEqual([one.unit.entries.length, one.unit.seq], [0, 0])
  const needs = one.root.takeNeeds()!
  deepEqual(needs.levels, [{ warehouseId: 'SF', productId: 'HAT' }])
  one.root.receive(needs, NOTHING)
  equal(one.decideFrom(jobs), true)
  equal(one.unit.entries.length, 1)
})

/**
 * Every verb, in an inventory just opened, where all it looks at must be loaded and expired holds are still unrecorded.
 * It is executed once, or refused and leaves nothing.
 */
test('every verb looks up all it needs before it changes anything', async (t) => {
  const clock = manualClock()
  const store = memory()
  const open = () =>
    openInventory({
      store,
      warehouses: [
        { id: 'SF', name: 'San Francisco' },
        { id: 'NYC', name: 'New York', capacity: 20 },
      ],
      clock: clock.now,
      monotonicClock: clock.monotonic,
      sweepMs: 0,
    })
  const made = await open()
  await made.addStock({ ...SOCK, qty: 100, source: 'S' })
  await made.addStock({ ...SOCK, warehouseId: 'NYC', qty: 10, source: 'S' })
  const long = 1_000_000
  const hold = async (qty: number, ttlMs: number) =>
    (await made.reserve({ ...SOCK, qty, ttlMs })).id
  const [held, extended, released, confirmed, shipped] = await Promise.all(
    Array.from({ length: 5 }, () => hold(1, long)),
  )
  for (const reservationId of [confirmed!, shipped!]) await made.confirm({ reservationId })
  const move = { fromWarehouseId: 'SF', toWarehouseId: 'NYC', productId: 'SOCK', qty: 3 }
  const asked = async () => (await made.transfer({ ...move, requiresApproval: true })).id
  const [approved, rejected] = [await asked(), await asked()]
  // The rest is only available once these have expired.
  for (let count = 0; count < 19; count++) await hold(5, 10)
  await made.close()
  clock.advance(11)

  const commands: [Command, string?][] = [
    [{ verb: 'addStock', ...SOCK, qty: 1, source: 'S' }],
    [{ verb: 'removeStock', ...SOCK, qty: 3, reason: 'LOST' }],
    [{ verb: 'removeStock', ...SOCK, qty: 99, reason: 'LOST' }, 'INSUFFICIENT_STOCK'],
    [{ verb: 'countStock', ...SOCK, onHand: 50 }],
    [{ verb: 'countStock', ...SOCK, onHand: 2 }, 'INSUFFICIENT_STOCK'],
    [{ verb: 'reserve', ...SOCK, qty: 3, ttlMs: long }],
    [{ verb: 'reserve', ...SOCK, qty: 99, ttlMs: long }, 'INSUFFICIENT_STOCK'],
    [{ verb: 'confirm', reservationId: held! }],
    [{ verb: 'extend', reservationId: extended!, ttlMs: long }],
    [{ verb: 'release', reservationId: released! }],
    [{ verb: 'cancel', reservationId: confirmed! }],
    [{ verb: 'ship', reservationId: shipped! }],
    [{ verb: 'transfer', ...move }],
    [{ verb: 'transfer', ...move, qty: 30 }, 'CAPACITY_EXCEEDED'],
    [{ verb: 'transfer', ...move, fromWarehouseId: 'NYC', toWarehouseId: 'SF', qty: 1 }],
    [{ verb: 'approveTransfer', transferId: approved }],
    [{ verb: 'rejectTransfer', transferId: rejected }],
    [{ verb: 'fulfillAcrossWarehouses', productId: 'SOCK', qty: 18, ttlMs: long }],
  ]
  for (const [one, refusal] of commands) {
    await t.test(`${one.verb} ${refusal ?? ''}`, async () => {
      const before = await open()
      await before.reserve({ ...SOCK, qty: 1, ttlMs: 10 })
      await before.close()
      clock.advance(11)
      await using inventory = await open()
      const { seq } = await inventory.head()
      if (refusal === undefined) await inventory.execute(one)
      else {
        await rejects(inventory.execute(one), (error: InventoryError) => error.code === refusal)
        equal((await inventory.head()).seq, seq)
      }
      equal((await inventory.verify()).ok, true)
    })
  }
})
