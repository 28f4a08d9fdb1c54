import { Readable } from 'node:stream'
import type { AuditEntry, Inventory } from 'holdfast'
import type { TrailFilter } from './trail-filter.ts'

export const EVENT_STREAM = 'text/event-stream'
/** What a stream reads ahead, about: it learns from the entries before how many that is. */
const PIECE_BYTES = 65_536
const FIRST_ENTRIES = 4
const MOST_ENTRIES = 1000

export interface EventStreamOptions {
  readonly inventory: Inventory
  readonly filter: TrailFilter & { readonly after: number }
  /** Aborts when the reader went away, or the service does. */
  readonly over: AbortSignal
  /** Work that waits for its turn among that of the other streams and pages. */
  readonly inTurn: <T>(over: AbortSignal, work: () => Promise<T>) => Promise<T>
  readonly heartbeatMs: number
}

/**
 * Entries as events, with `seq` as their id: whoever is cut off says the last id and misses nothing.
 * The first thing sent is an id without an event, so that this holds before the first event, too.
 * Read as fast as the other side takes it: a slow reader holds a piece or two of some 64 KiB, no more,
 * and one that takes nothing loses its connection (`giveUpUnread`).
 */
export function eventStream(options: EventStreamOptions): Readable {
  const { over } = options
  const stop = new AbortController()
  const stream = Readable.from(events(options, stop.signal), {
    objectMode: false,
    highWaterMark: PIECE_BYTES,
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
  { inventory, filter, inTurn, heartbeatMs }: EventStreamOptions,
  signal: AbortSignal,
): AsyncGenerator<string | Buffer> {
  let { after } = filter
  yield `retry: 1000\nid: ${after}\n\n`
  let limit = FIRST_ENTRIES
  while (!signal.aborted) {
    const behind = inTurn(signal, () => piece(inventory, { ...filter, after, limit }))
    const read = yield* whileSilent(behind, heartbeatMs)
    if (read.count > 0) yield read.bytes
    after = read.through
    if (read.count > 0)
      limit = Math.min(MOST_ENTRIES, Math.ceil((read.count * PIECE_BYTES) / read.bytes.length))
    if (read.isFull) continue
    const entries = inventory.feed({ ...filter, after, limit, signal })[Symbol.asyncIterator]()
    while (!signal.aborted) {
      const result = yield* whileSilent(entries.next(), heartbeatMs)
      if (result.done === true) break
      after = result.value.seq
      yield asEvent(result.value)
    }
  }
}

interface Piece {
  readonly bytes: Buffer
  readonly count: number
  /** Nothing that the filter lets through was left out up to here. */
  readonly through: number
  /** There may be more already. */
  readonly isFull: boolean
}

/** What is behind a position already, as bytes at once: as entries, it is several times as much. */
async function piece(
  inventory: Inventory,
  query: TrailFilter & { readonly after: number; readonly limit: number },
): Promise<Piece> {
  const { seq } = await inventory.head()
  let [text, count, last] = ['', 0, query.after]
  for await (const entry of inventory.audit(query)) {
    text += asEvent(entry)
    count++
    last = entry.seq
  }
  const isFull = count === query.limit
  return { bytes: Buffer.from(text), count, through: isFull ? last : Math.max(last, seq), isFull }
}

function asEvent(entry: AuditEntry): string {
  return `id: ${entry.seq}\ndata: ${JSON.stringify(entry)}\n\n`
}

/** Waits, and says now and then that it does. */
async function* whileSilent<T>(next: Promise<T>, ms: number): AsyncGenerator<string, T> {
  for (;;) {
    const result = await orSilence(next, ms)
    if (result !== SILENCE) return result
    yield ': still here\n\n'
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
