// The thread that writes for `bare.ts`: three bare statements for each reserve, a commit for each message.
import { parentPort, workerData } from 'node:worker_threads'
import { BareSqlite } from '../bare/sqlite-loop.ts'
import { PLENTY, TTL_MS } from '../shop.ts'
import { LEVELS } from './requests.ts'

const port = parentPort!
const bare = new BareSqlite(workerData as string, LEVELS, PLENTY)
port.on('message', (keys: Int32Array) => {
  bare.reserveAll(keys, keys.length, TTL_MS)
  port.postMessage('durable')
})
port.postMessage('open')
