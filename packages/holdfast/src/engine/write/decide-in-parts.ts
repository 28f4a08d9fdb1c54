import type { BatchWriter } from '../../store/store.ts'
import { alsoFailed } from '../also/also-failed.ts'
import type { Carrying } from '../also/carrying.ts'
import type { Batch } from './batch.ts'
import type { Job } from './job.ts'
import { loadAndDecide } from './load-and-decide.ts'
import type { Waiting } from './queue.ts'

export interface PartsOptions {
  readonly writer: BatchWriter
  /** Waits for the commits under way. */
  readonly settled: () => Promise<void>
  readonly carrying: Carrying
  readonly monotonic: () => number
}

/**
 * Decides commands in parts, with the head locked. The statements of a part run before the next part, and a part is
 * kept or dropped as a whole. What fails is refused, and the rest of its part is decided again without it. Returns how
 * many were decided: all, or as many as there was time for.
 */
export async function decideInParts(
  batch: Batch,
  items: readonly Waiting<Job>[],
  { writer, settled, carrying, monotonic }: PartsOptions,
): Promise<number> {
  const jobs = items.map((item) => item.job)
  let size = carrying.part
  let until = jobs.length
  let from = 0
  while (from < until) {
    batch.beginPart()
    const end = Math.min(from + size, until)
    await loadAndDecide(writer, settled, batch, jobs, end)
    const carried = batch.carriedInPart
    const fault = carried.length === 0 ? null : await writer.carry!(carried)
    if (fault === null) {
      batch.keepPart()
      from = end
      size = carrying.part
      continue
    }
    batch.dropPart()
    carrying.failed()
    const first = carried[0]!.place
    const place = fault.place ?? (carried.length === 1 ? first : null)
    const hadAllTime = batch.carriedBefore === 0 && place === first
    if (fault.isOver && !hadAllTime) {
      if (batch.carriedBefore === 0) carrying.tryFewer((place ?? end) - from)
      return from
    }
    // An earlier statement, itself refused, may be the cause; but not of a lock wait.
    if (place !== null && (place === first || fault.tookTooLong)) {
      if (fault.tookTooLong) carrying.tookTooLong(items[place]!.also!, monotonic())
      batch.refuse(place, alsoFailed({ ...fault, place }))
      // No time is left for those after it.
      if (fault.isOver) until = place + 1
    } else size = place === null ? Math.ceil(carried.length / 2) : place - from
  }
  return until
}
