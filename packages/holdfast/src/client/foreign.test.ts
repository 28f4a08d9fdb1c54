import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { HoldfastClient } from './client.ts'

const SOCK = { warehouseId: 'SF', productId: 'SOCK' }
const ADD = { ...SOCK, qty: 1, source: 'S' }

/** A client whose requests get these answers, one after the other, and the last one ever after. */
function answered(answers: readonly (() => Response)[], options: object = {}) {
  let sent = 0
  const fetch = async (): Promise<Response> => answers[Math.min(sent++, answers.length - 1)]!()
  const client = new HoldfastClient({ url: 'http://127.0.0.1:1', fetch, retries: 1, ...options })
  return { client, sent: () => sent }
}

async function codeOf(call: Promise<unknown>): Promise<unknown> {
  const outcome = (await call.catch((error: unknown) => error)) as { readonly code?: unknown }
  return outcome.code
}

const page = (status: number) => (): Response => new Response('<html>', { status })
const json = (status: number, body: unknown) => (): Response => Response.json(body, { status })

test('a gateway’s error may hide that the command was done', async () => {
  for (const answer of [
    ...[500, 502, 503, 504, 524].map(page),
    json(502, { code: 'BAD_GATEWAY', detail: 'upstream' }),
  ])
    for (const automaticKeys of [true, false]) {
      const { client, sent } = answered([answer], { automaticKeys })
      equal(await codeOf(client.addStock(ADD)), 'COMMIT_UNKNOWN')
      // Without a key it is not sent again.
      equal(sent(), automaticKeys ? 2 : 1)
      equal(await codeOf(client.stock(SOCK)), 'STORE_UNAVAILABLE')
    }
})

test('what was unknown stays so, whatever rejects the repetition', async () => {
  for (const [status, code] of [
    [401, 'UNAUTHENTICATED'],
    [403, undefined],
    [429, 'RATE_LIMITED'],
    [500, 'INTERNAL_ERROR'],
    [503, 'BUSY'],
  ] as const) {
    const { client } = answered([page(504), json(status, { code })])
    deepEqual([status, await codeOf(client.addStock(ADD))], [status, 'COMMIT_UNKNOWN'])
  }
  const { client } = answered([page(504), json(409, { code: 'INSUFFICIENT_STOCK' })])
  equal(await codeOf(client.addStock(ADD)), 'INSUFFICIENT_STOCK')
})

test('what is no answer of the service does not count as one', async () => {
  for (const body of [null, 5, 'ok', [], {}, { status: 'ok' }, { seq: '1' }]) {
    const { client } = answered([json(200, body)])
    const calls = [client.addStock(ADD), client.addStock(ADD), client.batch({ commands: [] })]
    for (const code of await Promise.all(calls.map(codeOf)))
      deepEqual([body, code], [body, 'COMMIT_UNKNOWN'])
    equal(await codeOf(client.stock(SOCK)), 'STORE_UNAVAILABLE')
    await client.close()
  }
})

test('an error of any shape leaves no call without an answer', async () => {
  const bodies = [null, [], { code: null }, { code: 5 }, { code: 'X', details: null }]
  for (const body of [...bodies, { code: 'X', details: 's' }, { detail: { a: 1 } }]) {
    const { client } = answered([json(400, body)])
    const outcomes = await Promise.allSettled([client.addStock(ADD), client.addStock(ADD)])
    for (const outcome of outcomes) {
      const { code, details } = (outcome as { reason: { code: unknown; details: unknown } }).reason
      const isShop = (body as { code?: unknown } | null)?.code === 'X'
      deepEqual([code, details], [isShop ? 'X' : 'UNKNOWN', {}])
    }
    await client.close()
  }
})
