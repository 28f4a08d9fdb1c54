import { Readable } from 'node:stream'
import type { AuditEntry, Inventory } from 'holdfast'
import type { TrailFilter } from './trail-filter.ts'

export const EVENT_STREAM = 'text/event-stream'

export interface EventStreamOptions {
  readonly inventory: Inventory
  readonly filter: TrailFilter & { readonly after: number }
  /** Aborts when the reader went away, or the service does. */
  readonly over: AbortSignal
  readonly heartbeatMs: number
}

/**
 * Entries as events, with `seq` as their id: whoever is cut off says the last id and misses nothing.
 * The first thing sent is an id without an event, so that this holds before the first event, too.
 * Read as fast as the other side takes it: a slow reader holds one page of entries, no more, and one
 * that takes nothing loses its connection (`giveUpUnread`).
 */
export function eventStream({
  inventory,
  filter,
  over,
  heartbeatMs,
}: EventStreamOptions): Readable {
  const stop = new AbortController()
  const feed = inventory.feed({ ...filter, signal: stop.signal })
  const stream = Readable.from(events(feed, filter.after, heartbeatMs, stop.signal), {
    objectMode: false,
    highWaterMark: 65_536,
  })
  // Destroyed, not ended: a reader who sleeps would never come to the end.
  const end = (): void => {
    stop.abort()
    stream.destroy()
  }
  over.addEventListener('abort', end)
  stream.once('close', () => {
    over.removeEventListener('abort', end)
    stop.abort()
  })
  if (over.aborted) end()
  return stream
}

async function* events(
  feed: AsyncIterable<AuditEntry>,
  after: number,
  heartbeatMs: number,
  signal: AbortSignal,
): AsyncGenerator<string> {
  yield `retry: 1000\nid: ${after}\n\n`
  const entries = feed[Symbol.asyncIterator]()
  let next = entries.next()
  while (!signal.aborted) {
    const result = await orSilence(next, heartbeatMs)
    if (result === SILENCE) {
      yield ': still here\n\n'
      continue
    }
    if (result.done === true) return
    next = entries.next()
    yield `id: ${result.value.seq}\ndata: ${JSON.stringify(result.value)}\n\n`
  }
}

const SILENCE = Symbol('silence')

async function orSilence<T>(next: Promise<T>, ms: number): Promise<T | typeof SILENCE> {
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<typeof SILENCE>((resolve) => {
    timer = setTimeout(() => resolve(SILENCE), ms)
  })
  try {
    return await Promise.race([next, silence])
  } finally {
    clearTimeout(timer)
  }
}
