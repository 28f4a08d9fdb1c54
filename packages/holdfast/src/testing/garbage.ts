import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Frees all that nobody keeps, for tests of what is kept. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
}

/** Megabytes of heap that somebody keeps. */
export function keptMB(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed / 2 ** 20
}
