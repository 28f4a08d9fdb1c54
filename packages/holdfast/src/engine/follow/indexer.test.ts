import { deepEqual, equal, match } from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { StoreFailure } from '../../store/failure.ts'
import type { Head } from '../../store/store.ts'
import { Indexer } from './indexer.ts'

const RUN = 10

/** Postings that are numbers alone; what befalls them is up to the test. */
class Shop {
  head: Head = { seq: 0, hash: '', at: 0, commit: 0, levelKeys: 0 }
  mark = { commit: 0, seq: 0 }
  isLed = true
  fails = false
  /** What a run waits for. */
  gate: Promise<unknown> = Promise.resolve()
  atOnce = 0
  runs = 0
  signal: AbortSignal | undefined
  readonly warnings: Error[] = []
  readonly indexer: Indexer

  constructor(t: TestContext, commit = 0) {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    this.#goTo(commit)
    this.indexer = new Indexer({
      head: () => this.head,
      onWarning: (warning) => this.warnings.push(warning),
      writer: { lead: async () => this.isLed },
      postings: {
        runCommits: RUN,
        watermark: async () => this.mark,
        follow: async () => true,
        extend: async (signal) => this.#extend(signal),
      },
    })
    t.after(() => this.indexer.stop())
  }

  async #extend(signal: AbortSignal | undefined) {
    this.signal = signal
    this.runs++
    equal(++this.atOnce, 1, 'one run at a time')
    await this.gate
    this.atOnce--
    if (signal?.aborted === true) return null
    if (this.fails) throw new StoreFailure('the disk is full', { outcome: 'not-committed' })
    const commit = this.mark.commit + RUN
    return commit > this.head.commit ? null : (this.mark = { commit, seq: 2 * commit })
  }

  #goTo(commit: number): void {
    this.head = { ...this.head, commit, seq: 2 * commit }
  }

  async commits(count: number): Promise<void> {
    for (let left = count; left > 0; left--) {
      this.#goTo(this.head.commit + 1)
      this.indexer.committed()
    }
    await settled()
  }
}

async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await turn()
}

test('a run is written as soon as the log has it, and not before', async (t) => {
  const shop = new Shop(t, 35)
  equal(shop.indexer.behind, null)
  await settled()
  deepEqual([shop.mark.commit, shop.indexer.behind], [30, 10])
  await shop.commits(4)
  deepEqual([shop.mark.commit, shop.runs], [30, 3])
  await shop.commits(1)
  deepEqual([shop.mark.commit, shop.indexer.behind], [40, 0])
})

test('runs are written one at a time, however many commits come meanwhile', async (t) => {
  const shop = new Shop(t)
  await settled()
  const { promise, resolve } = Promise.withResolvers<void>()
  shop.gate = promise
  await shop.commits(45)
  equal(shop.runs, 1)
  resolve()
  await settled()
  deepEqual([shop.mark.commit, shop.runs], [40, 4])
})

test('a run that fails three times is told of once, and is written later', async (t) => {
  const shop = new Shop(t, 15)
  shop.fails = true
  const seen: number[] = []
  for (let tries = 0; tries < 6; tries++) {
    await settled()
    seen.push(shop.warnings.length)
    // Commits do not hurry it.
    await shop.commits(1)
    equal(shop.runs, tries + 1)
    t.mock.timers.tick(60_000)
  }
  deepEqual(seen, [0, 0, 1, 1, 1, 1])
  match(shop.warnings[0]!.message, /cannot be written now.*the disk is full/)
  equal((shop.warnings[0] as { code?: string }).code, 'STORE_UNAVAILABLE')
  shop.fails = false
  await settled()
  t.mock.timers.tick(60_000)
  await settled()
  equal(shop.mark.commit, 20)
  // Another time, another warning.
  shop.fails = true
  await shop.commits(10)
  for (let tries = 0; tries < 3; tries++) {
    await settled()
    t.mock.timers.tick(60_000)
  }
  await settled()
  equal(shop.warnings.length, 2)
})

test('stopped in the middle of a run, it waits for that alone and begins nothing', async (t) => {
  const shop = new Shop(t)
  await settled()
  const { promise, resolve } = Promise.withResolvers<void>()
  shop.gate = promise
  await shop.commits(50)
  let isStopped = false
  const stopping = shop.indexer.stop().then(() => (isStopped = true))
  await settled()
  deepEqual([isStopped, shop.signal?.aborted], [false, true])
  resolve()
  await stopping
  await shop.commits(20)
  t.mock.timers.tick(120_000)
  await settled()
  deepEqual([shop.mark.commit, shop.runs, shop.warnings], [0, 1, []])
})

test('while another process leads it writes nothing; it looks again after a minute', async (t) => {
  const shop = new Shop(t, 25)
  shop.isLed = false
  await settled()
  await shop.commits(10)
  t.mock.timers.tick(59_000)
  await settled()
  equal(shop.runs, 0)
  // The other one has written a run, and is gone.
  shop.mark = { commit: 10, seq: 20 }
  shop.isLed = true
  t.mock.timers.tick(1_000)
  await settled()
  deepEqual([shop.mark.commit, shop.runs], [30, 2])
})
