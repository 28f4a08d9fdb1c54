import { speed } from './compare.ts'

type Call = (index: number) => Promise<unknown>

/** So many callers, each waiting for its answer before it asks again, until `total` calls are done. */
export async function inFlight(callers: number, total: number, call: Call): Promise<number> {
  let next = 0
  const caller = async (): Promise<void> => {
    while (next < total) await call(next++)
  }
  const start = performance.now()
  await Promise.all(Array.from({ length: callers }, caller))
  return speed(total, start)
}

/** The same, and how long each call took, in ms, sorted. */
export async function timedInFlight(
  callers: number,
  total: number,
  call: Call,
): Promise<{ perSecond: number; sortedMs: Float64Array }> {
  const sortedMs = new Float64Array(total)
  const perSecond = await inFlight(callers, total, async (index) => {
    const start = performance.now()
    await call(index)
    sortedMs[index] = performance.now() - start
  })
  sortedMs.sort()
  return { perSecond, sortedMs }
}
