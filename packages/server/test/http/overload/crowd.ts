import { Agent, request } from 'node:http'
import { MemoryWatch } from './memory.ts'
import type { Spawned } from '../support/spawned.ts'

export interface Rush {
  readonly served: Spawned
  /** Requests that are under way at any time. */
  readonly width: number
  readonly forMs: number
}

export interface RushReport {
  readonly done: readonly { readonly key: string; readonly seq: number }[]
  /** Keys that were told to come again. */
  readonly turnedAway: readonly string[]
  /** Anything else that was answered, or not answered. */
  readonly odd: readonly string[]
  readonly perSecond: number
  /** Milliseconds that half and 99 of 100 of those who were served had to wait. */
  readonly p50: number
  readonly p99: number
  readonly mostMemoryMiB: number
}

interface Answered {
  readonly status: number
  readonly retryAfter: string | undefined
  readonly text: string
}

/** So many at once, each coming again as soon as it is answered, whatever it is told. */
export async function rush({ served, width, forMs }: Rush): Promise<RushReport> {
  const agent = new Agent({ keepAlive: true, maxSockets: width })
  const done: { key: string; seq: number }[] = []
  const turnedAway: string[] = []
  const odd: string[] = []
  const waits: number[] = []
  const watch = new MemoryWatch(served.child.pid!)
  const began = performance.now()
  await Promise.all(
    Array.from({ length: width }, async (_, client) => {
      for (let count = 0; performance.now() - began < forMs; count++) {
        const key = `r${client}-${count}`
        const asked = performance.now()
        const answer = await add(agent, served.url, key).catch((error: unknown) => error as Error)
        if (answer instanceof Error) odd.push(`${key}: ${answer.message}`)
        else if (answer.status === 200) {
          waits.push(performance.now() - asked)
          done.push({ key, seq: (JSON.parse(answer.text) as { seq: number }).seq })
        } else if (
          answer.status === 503 &&
          answer.retryAfter === '1' &&
          answer.text.includes('"BUSY"')
        )
          turnedAway.push(key)
        else odd.push(`${key}: ${answer.status} ${answer.text.slice(0, 200)}`)
      }
    }),
  )
  const seconds = (performance.now() - began) / 1000
  watch.end()
  agent.destroy()
  waits.sort((a, b) => a - b)
  const at = (share: number): number =>
    waits[Math.min(waits.length - 1, Math.floor(waits.length * share))] ?? 0
  return {
    done,
    turnedAway,
    odd,
    perSecond: done.length / seconds,
    p50: at(0.5),
    p99: at(0.99),
    mostMemoryMiB: watch.mostMiB,
  }
}

function add(agent: Agent, url: string, key: string): Promise<Answered> {
  const body = JSON.stringify({
    warehouseId: 'SF',
    productId: 'SOCK',
    qty: 1,
    source: 'S',
    metadata: { key },
  })
  return new Promise((resolve, reject) => {
    const asking = request(`${url}/v1/stock/add`, {
      method: 'POST',
      agent,
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'idempotency-key': key,
      },
    })
    asking.on('error', reject)
    asking.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (piece: string) => (text += piece))
      response.on('error', reject)
      response.on('end', () => {
        resolve({ status: response.statusCode!, retryAfter: response.headers['retry-after'], text })
      })
    })
    asking.end(body)
  })
}
