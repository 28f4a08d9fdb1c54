import { chances } from '../chance.ts'
import { productId, reserveOf } from '../shop.ts'
import { timeOrderedKeys } from '../time-ordered-key.ts'

export const LEVELS = 10_000

/** Whole requests, one after another; made before, so that it costs nothing while it is measured. */
export function reserves(count: number): () => Buffer {
  return around(
    [...chances(count, LEVELS)].map((pick) =>
      post('/v1/reservations', JSON.stringify(reserveOf(productId(pick)))),
    ),
  )
}

/** The same, with a new idempotency key each time. */
export function reservesWithKeys(count: number): () => Buffer {
  const next = reserves(count)
  let keys: string[] = []
  return () => {
    if (keys.length === 0) keys = timeOrderedKeys(10_000).reverse()
    const request = next().toString('latin1')
    return Buffer.from(request.replace('\r\n', `\r\nIdempotency-Key: ${keys.pop()}\r\n`))
  }
}

export function batches(count: number, size: number): () => Buffer {
  return around(
    Array.from({ length: count }, (_, index) => {
      const commands = [...chances(size, LEVELS, index + 1)].map((pick) => ({
        verb: 'reserve',
        ...reserveOf(productId(pick)),
      }))
      return post('/v1/batch', JSON.stringify({ commands }))
    }),
  )
}

function around(requests: readonly Buffer[]): () => Buffer {
  let turn = 0
  return () => requests[turn++ % requests.length]!
}

function post(path: string, body: string): Buffer {
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}
