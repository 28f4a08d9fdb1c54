import { deepEqual, equal, ok } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openInventory } from 'holdfast'
import { sqlite } from 'holdfast/sqlite'
import { checkInvariants } from 'holdfast/testing'
import { LONG } from '../../../holdfast/test/support/long.ts'
import { ATTACKS, WHOLE, type Scale } from './overload/attacks.ts'
import { rush } from './overload/crowd.ts'
import { Fortress } from './overload/siege.ts'
import { caller } from './support/running.ts'
import { Spawned } from './support/spawned.ts'

const IN_FLIGHT = 64

test('ten times as many as it takes: what is accepted is done once, the rest is told when to come again', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-overload-'))
  const db = join(folder, 'shop.db')
  const served = await Spawned.serve([
    '--db',
    db,
    '--port',
    '0',
    '--warehouse',
    'SF:San Francisco',
    '--in-flight',
    String(IN_FLIGHT),
  ])
  t.after(async () => {
    await served.end('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })
  const { done, turnedAway, odd, ...figures } = await rush({
    served,
    width: 10 * IN_FLIGHT,
    forMs: LONG ? 1500 : 700,
  })
  t.diagnostic(JSON.stringify({ done: done.length, turnedAway: turnedAway.length, ...figures }))
  deepEqual(odd.slice(0, 5), [])
  ok(done.length > 0 && turnedAway.length > 0)
  ok(figures.mostMemoryMiB < 500, `${figures.mostMemoryMiB} MiB`)
  const call = caller(served.url)
  equal((await call('GET', '/readyz')).status, 200)
  equal((await call('GET', '/v1/head')).status, 200)
  equal(await served.end('SIGTERM'), 0)

  await using inventory = await openInventory({ store: sqlite({ path: db }) })
  const { entries } = await checkInvariants(inventory)
  const seqOf = new Map(entries.map(({ seq, metadata }) => [metadata['key'], seq]))
  equal(seqOf.size, done.length + 1)
  for (const { key, seq } of done) equal(seqOf.get(key), seq)
  for (const key of turnedAway) equal(seqOf.has(key), false)
})

/** A tenth of what once stopped the service, or less, for seconds; `npm run stress -- siege` does all of it. */
const SCALE: Scale = {
  ...WHOLE,
  pages: 24,
  streams: 20,
  senders: LONG ? 200 : 100,
  blankEveryMs: 500,
  bodies: LONG ? 30 : 10,
  forMs: LONG ? 3000 : 1000,
}

test('pages, streams and bodies that nobody finishes hold nobody else up', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-siege-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const fortress = await Fortress.build(folder, 20)
  for (const attack of ATTACKS.filter(({ isBatch }) => isBatch !== true)) {
    const { told, failed, asked, longestMs, mostMiB } = await fortress.stand(attack, SCALE)
    t.diagnostic(`${attack.name}: ${JSON.stringify({ told, asked, longestMs, mostMiB })}`)
    deepEqual(failed, [], attack.name)
    // A second is what it takes at most where nothing else runs; here other tests do.
    ok(asked > 0 && longestMs < 10_000, `${attack.name}: ${longestMs} ms`)
    ok(mostMiB < 500, `${attack.name}: ${mostMiB} MiB`)
  }
})
