import { Readable } from 'node:stream'
import type { AuditEntry, Inventory } from 'holdfast'
import type { TrailFilter } from './trail-filter.ts'

export const EVENT_STREAM = 'text/event-stream'
/** About how many bytes a stream reads ahead. It estimates the number of entries from those before. */
const PIECE_BYTES = 65_536
const FIRST_ENTRIES = 4
const MOST_ENTRIES = 1000

export interface EventStreamOptions {
  readonly inventory: Inventory
  readonly filter: TrailFilter & { readonly after: number }
  /** Aborts when the reader disconnects or the service stops. */
  readonly over: AbortSignal
  /** Reads in turn with the other streams and pages. */
  readonly inTurn: <T>(over: AbortSignal, work: () => Promise<T>) => Promise<T>
  readonly heartbeatMs: number
}

/**
 * Entries as events, with `seq` as their id: after a disconnect the reader sends the last id and misses nothing. The
 * first thing sent is an id without an event, so that this also holds before the first event. Entries are read as fast
 * as the reader takes them: a slow one holds a chunk or two of some 64 KiB, and the connection of one that takes nothing
 * is closed (`giveUpUnread`).
 */
export function eventStream(options: EventStreamOptions): Readable {
  const { over } = options
  const stop = new AbortController()
  const stream = Readable.from(events(options, stop.signal), {
    objectMode: false,
    highWaterMark: PIECE_BYTES,
  })
  // Destroyed, not ended: a sleeping reader would never reach the end.
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
  /** Everything up to here that passes the filter is included. */
  readonly through: number
  /** Whether there may be more already. */
  readonly isFull: boolean
}

/** What the trail has after a position, as bytes: entries would take several times the memory. */
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

/** Waits for a change, and sends a comment now and then. */
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
