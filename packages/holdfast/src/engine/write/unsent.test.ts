import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { InvariantError } from '../../model/errors.ts'
import { approveEverything } from '../../model/transfer.ts'
import { givenOrder } from '../../rules/sourcing.ts'
import { memory } from '../../store/memory/index.ts'
import { recordId } from '../../model/record-id.ts'
import { BatchClock } from '../clock/batch-clock.ts'
import { Intake } from './intake.ts'
import { Committer } from './committer.ts'
import { OwnTime } from '../clock/time.ts'
import { keepWarehouse } from '../../rules/decide/warehouses.ts'
import { warehouseRecord } from '../../model/warehouse-record.ts'

const SOCK = { warehouseId: 'SF', productId: 'SOCK' }
const ADD = { verb: 'addStock', ...SOCK, qty: 1, source: 'S' } as const
const HOLD = { verb: 'reserve', ...SOCK, qty: 1, ttlMs: 60_000 } as const

/** Called first by the next call of each. */
interface Faults {
  sealing: (() => void) | null
  deciding: (() => void) | null
}

async function openCommitter(t: TestContext) {
  const open = await memory().open({ readOnly: false })
  t.after(() => open.close())
  const faults: Faults = { sealing: null, deciding: null }
  const strike = (which: keyof Faults): void => {
    const fault = faults[which]
    faults[which] = null
    fault?.()
  }
  const warnings: Error[] = []
  const { head, warehouses } = await open.writer!.recover()
  const wall = (): number => 1000
  const clock = new BatchClock({
    wall,
    monotonic: wall,
    uptime: null,
    startAt: 0,
    believeAfterMs: 0,
    onJump: () => undefined,
  })
  const options = {
    writer: open.writer!,
    rules: {
      newId: (seq: number) => {
        strike('deciding')
        return recordId(seq, 7)
      },
      transferApproval: approveEverything,
      sourcing: { givenOrder },
    },
    time: new OwnTime(clock, wall, wall),
    monotonic: () => performance.now(),
    newBatchId: () => {
      strike('sealing')
      return 'ab'.repeat(16)
    },
    salts: (count: number) => 's'.repeat(22 * count),
    batchLimit: 1000,
    queueLimit: 1000,
    cacheRecords: 1000,
    keepKeysMs: 1000,
    onCommit: () => undefined,
    onWarning: (warning: Error) => void warnings.push(warning),
  }
  const committer = new Committer(options, head, warehouses)
  const intake = new Intake(committer, 10_000, async () => ({
    asOfSeq: 0,
    expected: 0,
    expectedAside: 0,
  }))
  const record = warehouseRecord({ id: 'SF', name: 'SF' })
  await intake.internal((read) => keepWarehouse(read, record))
  return { committer, intake, faults, warnings, reader: open.reader }
}

const tooLong = (): never => {
  throw new RangeError('Invalid string length')
}

test('a batch that cannot be sealed is refused, and the next one succeeds', async (t) => {
  const { committer, intake, faults, warnings, reader } = await openCommitter(t)
  await intake.execute(ADD)
  faults.sealing = tooLong
  const both = await Promise.allSettled([intake.execute(ADD), intake.execute(HOLD)])
  for (const outcome of both) {
    assert.equal(outcome.status, 'rejected')
    assert.equal((outcome.reason as { code: string }).code, 'STORE_UNAVAILABLE')
    assert.match((outcome.reason as Error).message, /Invalid string length/)
  }
  assert.equal((await reader.head()).seq, 2)
  assert.deepEqual([committer.readOnly, warnings], [null, []])
  assert.equal(((await intake.execute(ADD)) as { onHand: number }).onHand, 2)
})

test('an error of V8 while a batch is decided ends only that batch', async (t) => {
  const { committer, intake, faults, reader } = await openCommitter(t)
  await intake.execute(ADD)
  faults.deciding = tooLong
  await assert.rejects(intake.execute(HOLD), { code: 'STORE_UNAVAILABLE' })
  assert.equal((await reader.head()).seq, 2)
  assert.equal(committer.readOnly, null)
  await intake.execute(HOLD)
})

const BUGS: Record<string, () => never> = {
  'a broken rule': () => {
    throw new InvariantError('2 is 3')
  },
  'an unforeseen error': () => {
    throw new TypeError('undefined is not a hold')
  },
}
for (const [what, bug] of Object.entries(BUGS)) {
  test(`${what} in deciding stops all writing`, async (t) => {
    const { intake, faults, warnings, reader } = await openCommitter(t)
    await intake.execute(ADD)
    faults.deciding = bug
    await assert.rejects(intake.execute(HOLD), { code: 'STORE_READ_ONLY' })
    await assert.rejects(intake.execute(ADD), { code: 'STORE_READ_ONLY' })
    assert.equal((await reader.head()).seq, 2)
    assert.equal(warnings.length, 1)
  })
}

test('a broken rule in sealing stops all writing', async (t) => {
  const { intake, faults } = await openCommitter(t)
  faults.sealing = BUGS['a broken rule']!
  await assert.rejects(intake.execute(ADD), { code: 'STORE_READ_ONLY' })
  await assert.rejects(intake.execute(ADD), { code: 'STORE_READ_ONLY' })
})

test('commands that are small on their own, but exceed one commit together, are all executed', async (t) => {
  const { committer, intake, reader } = await openCommitter(t)
  const metadata = Object.fromEntries(
    Array.from({ length: 50 }, (_, index) => [`key ${index}`, '"'.repeat(500)]),
  )
  const before = committer.answers.read().batches
  await Promise.all(Array.from({ length: 400 }, () => intake.execute({ ...ADD, metadata })))
  assert.equal(committer.answers.read().batches - before, 2)
  assert.equal((await reader.head()).seq, 401)
})
