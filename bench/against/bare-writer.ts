import { once } from 'node:events'
import { parentPort, Worker, workerData } from 'node:worker_threads'
import type { Command, Inventory } from 'holdfast'
import { LEVELS } from '../measure/http-client.ts'
import { PLENTY } from '../measure/shop.ts'
import { BareSqlite } from './bare-sqlite.ts'

/** As many as the engine has in flight. */
const DEPTH = 2

interface Waiting {
  readonly key: number
  readonly answer: () => void
}

/**
 * The least that a durable service can do: the commands of one turn of the event loop go to a thread that writes three
 * bare rows for each. Once they are on disk, they get the answer of `echo`. No rules, checks, index or hash.
 */
export async function bareWriting(echo: Inventory, path: string): Promise<Inventory> {
  const worker = new Worker(new URL(import.meta.url), { workerData: path })
  await once(worker, 'message')
  let waiting: Waiting[] = []
  const underWay: Waiting[][] = []
  const send = (): void => {
    if (underWay.length >= DEPTH || waiting.length === 0) return
    const keys = Int32Array.from(waiting, ({ key }) => key)
    worker.postMessage(keys, [keys.buffer])
    underWay.push(waiting)
    waiting = []
  }
  worker.on('message', () => {
    const durable = underWay.shift()!
    send()
    for (const { answer } of durable) answer()
  })
  const execute = (command: Command): Promise<unknown> =>
    new Promise((resolve) => {
      const { productId } = command as Extract<Command, { verb: 'reserve' }>
      waiting.push({
        key: Number(productId.replace('SKU-', '')),
        answer: () => resolve(echo.execute(command)),
      })
      if (waiting.length === 1) queueMicrotask(send)
    })
  return new Proxy(echo, {
    get: (target, name): unknown => (name === 'execute' ? execute : Reflect.get(target, name)),
  })
}

// The writing thread: a commit for each message.
if (parentPort !== null) {
  const port = parentPort
  const bare = new BareSqlite(workerData as string, LEVELS, PLENTY)
  port.on('message', (keys: Int32Array) => {
    bare.reserveAll(keys, keys.length)
    port.postMessage('durable')
  })
  port.postMessage('open')
}
