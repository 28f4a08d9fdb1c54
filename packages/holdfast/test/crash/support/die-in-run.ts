// Preloaded into a process under test (`node --import`): it dies so many milliseconds after it gave a piece of a run of
// postings to the writer.
//   HOLDFAST_DIE_IN_RUN='2 1.5'      the second piece, 1.5 ms
import { setTimeout as pause } from 'node:timers/promises'
import { Thread } from '../../../src/store/sqlite/thread/thread.ts'

const [piece = 1, ms = 0] = (process.env['HOLDFAST_DIE_IN_RUN'] ?? '').split(' ').map(Number)
const call = Object.getOwnPropertyDescriptor(Thread.prototype, 'call')!.value as Thread['call']
let pieces = 0

Thread.prototype.call = async function <T>(
  this: Thread,
  ...[name, ...rest]: Parameters<Thread['call']>
): Promise<T> {
  const answered = call.call(this, name, ...rest) as Promise<T>
  if (name === 'writePostings' && ++pieces === piece)
    void pause(ms).then(() => process.kill(process.pid, 'SIGKILL'))
  return answered
}
