import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Frees all unreferenced memory, for tests of what is retained. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
}

/** Megabytes of heap still referenced. */
export function keptMB(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed / 2 ** 20
}
