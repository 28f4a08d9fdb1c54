import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LIMITS } from '../../model/limits.ts'
import type { OperationalError } from '../../model/operational-error.ts'
import { collectGarbage } from '../../testing/garbage.ts'
import type { Also } from '../also/also.ts'
import { Queue, Waiting } from './queue.ts'

interface Told {
  readonly rejected: unknown[]
}

function waiting(
  job: string,
  told: Told,
  {
    weight = 1,
    bytes = 1,
    deadline = 1000,
    also = null,
  }: { weight?: number; bytes?: number; deadline?: number; also?: Also | null } = {},
): Waiting<string> {
  return new Waiting({
    ...{ job, weight, bytes, deadline, onReplay: undefined, also },
    resolve: () => assert.fail('nothing is answered here'),
    reject: (error) => told.rejected.push(error),
  })
}

const names = (items: readonly Waiting<string>[]): string[] => items.map((item) => item.job)

test('first in, first out, and never more commands than a batch may contain', () => {
  const queue = new Queue<string>(100)
  const told = { rejected: [] }
  for (const [job, weight] of [
    ['a', 2],
    ['b', 2],
    ['c', 2],
    ['d', 9],
  ] as const) {
    queue.push(waiting(job, told, { weight }))
  }
  assert.deepEqual(names(queue.take(5, 0)), ['a', 'b'])
  assert.equal(queue.weight, 11)
  assert.deepEqual(names(queue.take(5, 0)), ['c'])
  assert.deepEqual(names(queue.take(5, 0)), ['d'], 'an item heavier than a batch goes alone')
  assert.deepEqual(names(queue.take(5, 0)), [])
  assert.deepEqual(told.rejected, [])
})

test('a full queue refuses with BUSY, and accepts again once there is room', () => {
  const queue = new Queue<string>(2)
  const told = { rejected: [] }
  queue.push(waiting('a', told))
  queue.push(waiting('b', told))
  assert.throws(() => queue.push(waiting('c', told)), { code: 'BUSY' })
  queue.take(1, 0)
  queue.push(waiting('c', told))
  assert.equal(queue.weight, 2)
})

test('an item that waited too long is refused and not taken', () => {
  const queue = new Queue<string>(10)
  const told: Told = { rejected: [] }
  queue.push(waiting('old', told, { deadline: 5 }))
  queue.push(waiting('young', told, { deadline: 50 }))
  assert.deepEqual(names(queue.take(10, 6)), ['young'])
  queue.push(waiting('alone', told, { deadline: 5 }))
  queue.expire(6)
  assert.equal(queue.weight, 0)
  assert.deepEqual(queue.take(10, 0), [])
  assert.deepEqual(
    told.rejected.map((error) => (error as OperationalError).code),
    ['TIMEOUT', 'TIMEOUT'],
  )
})

test('an aborted item is not taken; items put back come next', () => {
  const queue = new Queue<string>(10)
  const told: Told = { rejected: [] }
  const [a, b, c] = ['a', 'b', 'c'].map((job) => waiting(job, told))
  for (const item of [a!, b!, c!]) queue.push(item)
  queue.leave(b!, new Error('gone'))
  queue.leave(b!, new Error('gone twice'))
  const taken = queue.take(1, 0)
  queue.putBack(taken)
  assert.equal(queue.weight, 2)
  assert.deepEqual(names(queue.take(10, 0)), ['a', 'c'])
  assert.equal(told.rejected.length, 1)
})

test('an item aborted during its failed batch leaves the queue, and so does one aborted later', () => {
  const queue = new Queue<string>(10)
  const told: Told = { rejected: [] }
  const [a, b, c] = ['a', 'b', 'c'].map((job) => waiting(job, told))
  for (const item of [a!, b!, c!]) queue.push(item)
  let abort = (): void => undefined
  a!.listen = () => queue.leave(a!, 'gone meanwhile')
  b!.listen = () => (abort = () => queue.leave(b!, 'gone later'))
  c!.listen = () => assert.fail('a signal that accepts a listener only once')
  queue.putBack(queue.take(10, 0))
  assert.equal(queue.weight, 2)
  abort()
  assert.deepEqual(names(queue.take(10, 0)), ['c'])
  assert.deepEqual(told.rejected, ['gone meanwhile', 'gone later'])
})

test('batches put back in any order keep the order of arrival', () => {
  const queue = new Queue<string>(100)
  const told = { rejected: [] }
  for (const job of ['a', 'b', 'c', 'd', 'e']) queue.push(waiting(job, told))
  const [first, second] = [queue.take(2, 0), queue.take(2, 0)]
  queue.putBack(first)
  queue.putBack(second)
  queue.push(waiting('f', told))
  assert.deepEqual(names(queue.take(10, 0)), ['a', 'b', 'c', 'd', 'e', 'f'])
})

/** How many of these are still referenced. */
async function kept(items: readonly WeakRef<object>[]): Promise<number> {
  // Objects with a WeakRef can be collected only after a turn of the event loop.
  await new Promise((resolve) => setImmediate(resolve))
  collectGarbage()
  return items.filter((item) => item.deref() !== undefined).length
}

test('items that were taken are not referenced any more, though the queue is never empty', async () => {
  const queue = new Queue<string>(1000)
  const told = { rejected: [] }
  const taken: WeakRef<object>[] = []
  const come = (count: number): void => {
    for (let index = 0; index < count; index++) queue.push(waiting('one', told))
  }
  come(200)
  for (let turn = 0; turn < 50; turn++) {
    come(100)
    for (const item of queue.take(100, 0)) taken.push(new WeakRef(item))
  }
  const left = await kept(taken)
  assert.equal(queue.weight, 200)
  assert.ok(left <= 300, `${left} of ${taken.length} are kept`)
})

test('aborted items are not referenced any more, though nothing is taken and the order stays', async () => {
  const queue = new Queue<string>(1000)
  const told: Told = { rejected: [] }
  const gone: WeakRef<object>[] = []
  for (let index = 0; index < 10_000; index++) {
    const stays = index % 1000 === 0
    const deadline = stays || index % 2 === 1 ? 50 : 5
    const item = waiting(String(index), told, { deadline })
    queue.push(item)
    if (stays) continue
    gone.push(new WeakRef(item))
    if (index % 2 === 1) queue.leave(item, 'gone')
    else if (index % 100 === 98) queue.expire(6)
  }
  const left = await kept(gone)
  assert.ok(left <= 20, `${left} of ${gone.length} are kept`)
  assert.equal(told.rejected.length, 9_990)
  const stayed = Array.from({ length: 10 }, (_, index) => String(index * 1000))
  assert.deepEqual(names(queue.take(1000, 6)), stayed)
})

test('items that were aborted or waited too long no longer listen for an abort', () => {
  const queue = new Queue<string>(10)
  const told: Told = { rejected: [] }
  const unlistened: string[] = []
  for (const [job, deadline] of [
    ['leaves', 50],
    ['late', 5],
    ['taken', 50],
  ] as const) {
    const item = waiting(job, told, { deadline })
    item.unlisten = () => unlistened.push(job)
    queue.push(item)
    if (job === 'leaves') queue.leave(item, 'gone')
  }
  queue.expire(6)
  assert.deepEqual(unlistened, ['leaves', 'late'])
  assert.deepEqual(names(queue.take(10, 6)), ['taken'])
  assert.deepEqual(unlistened, ['leaves', 'late', 'taken'])
})

test('a batch ends at the bytes of a commit, and the queue is full at its own limit', () => {
  const queue = new Queue<string>(100)
  const told = { rejected: [] }
  const half = LIMITS.commitBytes / 2
  for (const job of ['a', 'b', 'c']) queue.push(waiting(job, told, { bytes: half }))
  assert.deepEqual(names(queue.take(100, 0)), ['a', 'b'])
  assert.deepEqual(names(queue.take(100, 0)), ['c'])
  queue.push(waiting('d', told, { bytes: LIMITS.queueBytes }))
  assert.throws(() => queue.push(waiting('e', told)), { code: 'BUSY' })
  const taken = queue.take(100, 0)
  assert.deepEqual(names(taken), ['d'])
  queue.push(waiting('e', told))
  queue.putBack(taken)
  assert.throws(() => queue.push(waiting('f', told)), { code: 'BUSY' })
  queue.leave(taken[0]!, new Error('gone'))
  queue.push(waiting('f', told))
  assert.deepEqual(names(queue.take(100, 0)), ['e', 'f'])
})

test('the queue tells whether the next item has statements, which may wait for a commit of their own', () => {
  const queue = new Queue<string>(10)
  const told: Told = { rejected: [] }
  const also = { statements: [], canonical: '[]' }
  queue.push(waiting('plain', told))
  queue.push(waiting('slow', told, { also }))
  queue.push(waiting('quick', told, { also }))
  assert.equal(queue.nextCarries, false)
  queue.take(1, 0)
  assert.equal(queue.nextCarries, true)
  let asked = 0
  const taken = queue.take(10, 0, { most: 1, isApart: () => asked++ === 0 })
  assert.deepEqual(names(taken), ['quick'])
  assert.deepEqual([queue.weight, queue.apart, queue.nextCarries], [0, 1, false])
  assert.deepEqual(names(queue.takeApart(0)), ['slow'])
  assert.equal(queue.apart, 0)
})
