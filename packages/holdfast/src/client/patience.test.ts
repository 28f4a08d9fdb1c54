import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { HoldfastClient } from './client.ts'
import { pause, pauseMs } from './pause.ts'

const ADD = { warehouseId: 'SF', productId: 'SOCK', qty: 1, source: 'S' }

test('the client waits as long as the service asks, at most a minute, and never less than its own pause', () => {
  equal(pauseMs(1, '7'), 7000)
  equal(pauseMs(1, '86400'), 60_000)
  for (const asked of [null, '0', 'soon', 'Infinity', '-5'])
    for (const [repetition, most] of [
      [1, 100],
      [3, 400],
      [50, 2000],
    ] as const) {
      const ms = pauseMs(repetition, asked)
      ok(ms >= most / 2 && ms <= most, `${asked} ${repetition}: ${ms} ms`)
    }
})

test('a caller who has given up already does not pause', async () => {
  const reason = new Error('gone')
  await rejects(pause(1000, AbortSignal.abort(reason)), reason)
})

test('a command told when to retry is not sent earlier', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  let asked = 0
  const answer = async (): Promise<Response> =>
    ++asked === 1
      ? Response.json({ code: 'BUSY' }, { status: 503, headers: { 'retry-after': '7' } })
      : Response.json({ available: 1, seq: 1 })
  const client = new HoldfastClient({ url: 'http://127.0.0.1:1', fetch: answer as typeof fetch })
  const given = client.addStock(ADD)
  await turn()
  await turn()
  t.mock.timers.tick(6999)
  await turn()
  equal(asked, 1)
  t.mock.timers.tick(1)
  await given
  equal(asked, 2)
  await client.close()
})

test('a feed that is cut off reconnects soon, however often that has happened', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const from: string[] = []
  // Each connection delivers one entry, then breaks.
  const answer = async (_url: unknown, init?: RequestInit): Promise<Response> => {
    const after = new Headers(init!.headers).get('last-event-id')!
    from.push(after)
    const seq = Number(after) + 1
    return new Response(`id: ${seq}\ndata: {"seq":${seq}}\n\n`)
  }
  const client = new HoldfastClient({ url: 'http://127.0.0.1:1', fetch: answer as typeof fetch })
  const seen: number[] = []
  let waitedMs = 0
  const reading = (async () => {
    for await (const { seq } of client.feed({ limit: 12 })) seen.push(seq)
  })()
  for (let done = false; !done; waitedMs += 10) {
    t.mock.timers.tick(10)
    done = await Promise.race([
      reading.then(() => true),
      new Promise<boolean>((resolve) => setImmediate(() => resolve(false))),
    ])
    ok(waitedMs < 5000, 'it waits longer each time')
  }
  deepEqual(seen, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
  deepEqual(from, ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11'])
  await client.close()
})
