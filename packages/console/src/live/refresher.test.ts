import { equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { refresher } from './refresher.ts'

test('a list loads once more after the last change, never twice at once, and at most once a second', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  let now = 0
  t.mock.method(performance, 'now', () => now)
  const pass = async (ms: number): Promise<void> => {
    now += ms
    t.mock.timers.tick(ms)
    await turn()
  }
  const loads: { at: number; done: () => void; fail: (error: Error) => void }[] = []
  const load = async (): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    loads.push({ at: now, done: resolve, fail: reject })
    await promise
  }
  const wake = refresher(load)
  wake()
  wake()
  await pass(60)
  equal(loads.length, 1)

  // A change during a load: the load may miss it.
  wake()
  await pass(5000)
  equal(loads.length, 1, 'one at a time')
  loads[0]!.done()
  await turn()
  await pass(60)
  equal(loads.length, 2, 'once more after the last')

  // A failed load neither ends it nor makes it faster.
  wake()
  loads[1]!.fail(new Error('the service is away'))
  await turn()
  await pass(900)
  equal(loads.length, 2)
  await pass(100)
  equal(loads.length, 3)
  ok(loads[2]!.at - loads[1]!.at >= 1000)
  loads[2]!.done()
  await turn()
  await pass(5000)
  equal(loads.length, 3, 'nothing changed')
})
