import { parentPort, workerData } from 'node:worker_threads'

import { openDesk, toFault, type Call, type Desk, type DeskOrder, type Reply } from './messages.ts'

// A thread that owns one connection. It answers calls in the order in which they come; the first
// answer, numbered 0, says whether the file could be opened.

const port = parentPort!
const reply = (message: Reply): void => port.postMessage(message)

try {
  const desk = await openDesk(workerData as DeskOrder)
  port.on('message', (call: Call) => answer(desk, call))
  reply({ id: 0, value: null })
} catch (error) {
  reply({ id: 0, fault: toFault(error) })
}

function answer(desk: Desk, { id, name, args }: Call): void {
  try {
    const report = (progress: number): void => reply({ id, progress })
    const value = desk[name]!(...args, report)
    if (value instanceof Promise) {
      value.then(
        (settled: unknown) => reply({ id, value: settled }),
        (error: unknown) => reply({ id, fault: toFault(error) }),
      )
    } else reply({ id, value })
  } catch (error) {
    reply({ id, fault: toFault(error) })
  }
  if (name === 'close') port.close()
}
