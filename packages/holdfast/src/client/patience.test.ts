import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { HoldfastClient } from './client.ts'
import { pause, pauseMs } from './pause.ts'

const ADD = { warehouseId: 'SF', productId: 'SOCK', qty: 1, source: 'S' }

test('the client waits as long as the service asks, at most a minute, and never less than its own pause', () => {
  equal(pauseMs(1, '7'), 7000)
  equal(pauseMs(1, '86400'), 60_000)
  const date = new Date(Date.now() + 30_000).toUTCString()
  ok(pauseMs(1, date) > 28_000 && pauseMs(1, date) <= 30_000, date)
  equal(pauseMs(1, 'Fri, 31 Dec 2999 23:59:59 GMT'), 60_000)
  for (const asked of [null, '', '0', 'soon', 'Infinity', '-5', 'Sat, 01 Jan 2000 00:00:00 GMT'])
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

test('a feed that hears nothing for 45 seconds reconnects, and a slow reader does not', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const from: string[] = []
  // The first connection is never answered. Each other one delivers one entry, then nothing.
  const answer = async (_url: unknown, init?: RequestInit): Promise<Response> => {
    const after = new Headers(init!.headers).get('last-event-id')!
    const signal = init!.signal!
    const gone = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error))
    })
    gone.catch(() => undefined)
    if (from.push(after) === 1) return gone
    const seq = Number(after) + 1
    const start = (stream: ReadableStreamDefaultController): void => {
      stream.enqueue(new TextEncoder().encode(`id: ${seq}\ndata: {"seq":${seq}}\n\n`))
      gone.catch((error: unknown) => stream.error(error))
    }
    return new Response(new ReadableStream({ start }))
  }
  const client = new HoldfastClient({ url: 'http://127.0.0.1:1', fetch: answer as typeof fetch })
  const entries = client.feed()
  const after = async (next: Promise<unknown>, ms: number): Promise<string[]> => {
    for (let passed = 0; passed < ms; passed += 100) {
      t.mock.timers.tick(100)
      await turn()
    }
    await Promise.race([next, turn()])
    return [...from]
  }
  const first = entries.next()
  deepEqual(await after(first, 44_000), ['0'])
  deepEqual(await after(first, 2000), ['0', '0'])
  deepEqual((await first).value, { seq: 1 })
  deepEqual(await after(Promise.resolve(), 100_000), ['0', '0'])
  const second = entries.next()
  deepEqual(await after(second, 44_000), ['0', '0'])
  deepEqual(await after(second, 2000), ['0', '0', '1'])
  deepEqual((await second).value, { seq: 2 })
  await entries.return(undefined)
  await client.close()
})

test('a feed is read if its stream can only be iterated, or, in some browsers, cannot', async () => {
  for (const lacks of [Symbol.asyncIterator, 'getReader'] as const) {
    const answer = async (): Promise<Response> => {
      const response = new Response('id: 1\ndata: {"seq":1}\n\n')
      Object.defineProperty(response.body, lacks, { value: undefined })
      return response
    }
    const client = new HoldfastClient({ url: 'http://127.0.0.1:1', fetch: answer as typeof fetch })
    for await (const { seq } of client.feed({ limit: 1 })) equal(seq, 1)
    await client.close()
  }
})

test('an entry that cannot be read is asked for again', async () => {
  const from: string[] = []
  const answer = async (_url: unknown, init?: RequestInit): Promise<Response> => {
    const after = new Headers(init!.headers).get('last-event-id')!
    const isFirst = from.push(after) === 1
    return new Response(`id: 1\ndata: {"seq":${isFirst ? '' : '1}'}\n\n`)
  }
  const client = new HoldfastClient({ url: 'http://127.0.0.1:1', fetch: answer as typeof fetch })
  for await (const { seq } of client.feed({ limit: 1 })) equal(seq, 1)
  deepEqual(from, ['0', '0'])
  await client.close()
})
