import { parentPort, workerData } from 'node:worker_threads'

import {
  BEGUN,
  openSession,
  toFault,
  type Call,
  type Session,
  type SessionOptions,
  type Reply,
} from './messages.ts'

// A thread that owns one connection. It answers calls in the order in which they come; the first
// answer, numbered 0, says whether the file could be opened. Before that it says that it began.

const port = parentPort!
const reply = (message: Reply): void => port.postMessage(message)

port.postMessage(BEGUN)
try {
  const session = await openSession(workerData as SessionOptions)
  port.on('message', (call: Call) => answer(session, call))
  reply({ id: 0, value: null })
} catch (error) {
  reply({ id: 0, fault: toFault(error) })
}

function answer(session: Session, { id, name, args }: Call): void {
  try {
    const report = (progress: number): void => reply({ id, progress })
    const value = session[name]!(...args, report)
    if (value instanceof Promise) {
      value.then(
        (settled: unknown) => reply({ id, value: settled }),
        (error: unknown) => reply({ id, fault: toFault(error) }),
      )
    } else reply({ id, value })
  } catch (error) {
    reply({ id, fault: toFault(error) })
  }
  if (name === 'close') end()
}

/** Ends this thread. Deno's port has no `close`. */
function end(): void {
  if (typeof port.close === 'function') port.close()
  else process.exit()
}
