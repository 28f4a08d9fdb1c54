import type { AuditEntry } from '../model/audit-entry.ts'
import type { FeedFilter } from '../engine/inventory.ts'
import { query } from './address.ts'
import { eventsOf } from './event-reader.ts'
import { pause, pauseMs } from './pause.ts'
import { Final, type Wire } from './wire.ts'

/** The service sends something every 15 seconds; after three times that, the connection is considered gone. */
const SILENT_MS = 45_000

/**
 * The trail as it grows. A connection that broke or fell silent is reopened after the last entry delivered, so that no
 * entry is missed or repeated.
 */
export async function* remoteFeed(
  wire: Wire,
  filter: FeedFilter,
  signal: AbortSignal,
): AsyncGenerator<AuditEntry> {
  const { after = 0, limit = Infinity, ...where } = filter
  const path = `/v1/events${query(where)}`
  let position = after
  let left = limit
  for (let failures = 0; left > 0 && !signal.aborted;) {
    const silent = new AbortController()
    try {
      const headers = { accept: 'text/event-stream', 'last-event-id': String(position) }
      const either = AbortSignal.any([signal, silent.signal])
      const response = await orSilence(wire.stream(path, headers, either), silent)
      const pieces = heard(response.body!, silent)
      for await (const { id, data } of eventsOf(pieces)) {
        const entry = data === null ? null : (JSON.parse(data) as AuditEntry)
        failures = 0
        position = Number(id)
        if (entry === null) continue
        yield entry
        if (--left === 0 || signal.aborted) return
      }
    } catch (error) {
      if (signal.aborted) return
      if (error instanceof Final && !error.again) throw error.refused
    }
    failures++
    await pause(pauseMs(failures, null), signal).catch(() => undefined)
  }
}

/** The pieces, unless none comes for too long. How long the reader takes for one does not count. */
async function* heard(
  body: ReadableStream<Uint8Array>,
  silent: AbortController,
): AsyncGenerator<Uint8Array> {
  // Not every browser can iterate a stream, and not every other `fetch` gives one that has a reader.
  const { [Symbol.asyncIterator]: iterate } = body as Partial<AsyncIterable<Uint8Array>>
  const pieces = iterate === undefined ? piecesOf(body) : iterate.call(body)
  try {
    for (;;) {
      const next = await orSilence(pieces.next(), silent)
      if (next.done === true) return
      yield next.value
    }
  } finally {
    await pieces.return?.()
  }
}

function piecesOf(body: ReadableStream<Uint8Array>): AsyncIterator<Uint8Array> {
  const reader = body.getReader()
  return {
    next: async () => (await reader.read()) as IteratorResult<Uint8Array>,
    return: async () => {
      // If it failed, that was told already.
      await reader.cancel().catch(() => undefined)
      return { done: true, value: undefined }
    },
  }
}

async function orSilence<T>(coming: Promise<T>, silent: AbortController): Promise<T> {
  const timer = setTimeout(() => silent.abort(), SILENT_MS)
  try {
    return await coming
  } finally {
    clearTimeout(timer)
  }
}
