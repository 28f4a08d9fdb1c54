import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import type { Calls } from './callers.ts'
import { productId, reserveOf } from './shop.ts'
import { randomPicks, timeOrderedKeys } from './workload.ts'

export interface Loop {
  readonly url: string
  readonly connections: number
  readonly forMs: number
  /** The next request, complete. */
  readonly next: () => Buffer
}

export interface LoopReport extends Calls {
  /** Answers with a status other than 2xx. */
  readonly refused: number
}

/** `connections` connections, each sending again as soon as it is answered, with as little work here as possible. */
export async function closedLoop({ url, connections, forMs, next }: Loop): Promise<LoopReport> {
  const { hostname, port } = new URL(url)
  const waits: number[] = []
  let refused = 0
  const began = performance.now()
  let ended = began
  const run = async (): Promise<void> => {
    const socket: Socket = connect(Number(port), hostname).setNoDelay(true)
    await once(socket, 'connect')
    await new Promise<void>((resolve, reject) => {
      let asked = performance.now()
      // The answer being received: its length once known, and how much has arrived.
      let whole: number | null = null
      let got = 0
      let head = ''
      socket.on('error', reject)
      socket.on('data', (piece: Buffer) => {
        got += piece.length
        if (whole === null) {
          head += piece.toString('latin1')
          whole = lengthOf(head)
        }
        if (whole === null || got < whole) return
        if (head[9] !== '2') refused++
        whole = null
        got = 0
        head = ''
        const now = performance.now()
        waits.push(now - asked)
        if (now - began > forMs) {
          ended = Math.max(ended, now)
          socket.destroy()
          resolve()
          return
        }
        asked = now
        socket.write(next())
      })
      socket.write(next())
    })
  }
  await Promise.all(Array.from({ length: connections }, run))
  const perSecond = waits.length / ((ended - began) / 1000)
  return { perSecond, sortedMs: Float64Array.from(waits).sort(), refused }
}

/** Length of headers and body; null until the headers are complete. */
function lengthOf(text: string): number | null {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return null
  return end + 4 + Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0)
}

export const LEVELS = 10_000

/** Complete requests in turn, made beforehand, so that they cost nothing during the measurement. */
export function reserves(count: number): () => Buffer {
  return around(
    [...randomPicks(count, LEVELS)].map((pick) =>
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
      const commands = [...randomPicks(size, LEVELS, index + 1)].map((pick) => ({
        verb: 'reserve',
        ...reserveOf(productId(pick)),
      }))
      return post('/v1/batch', JSON.stringify({ commands }))
    }),
  )
}

function around(requests: readonly Buffer[]): () => Buffer {
  let next = 0
  return () => requests[next++ % requests.length]!
}

function post(path: string, body: string): Buffer {
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}
