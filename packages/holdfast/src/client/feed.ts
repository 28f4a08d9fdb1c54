import type { AuditEntry } from '../model/audit-entry.ts'
import type { FeedFilter } from '../engine/inventory.ts'
import { query } from './address.ts'
import { eventsOf } from './event-reader.ts'
import { pause, pauseMs } from './pause.ts'
import { Final, type Wire } from './wire.ts'

/**
 * The trail as it grows. A broken connection is reopened after the last entry delivered, so that no entry is missed or
 * repeated.
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
    try {
      const headers = { accept: 'text/event-stream', 'last-event-id': String(position) }
      const response = await wire.stream(path, headers, signal)
      for await (const { id, data } of eventsOf(
        response.body as unknown as AsyncIterable<Uint8Array>,
      )) {
        failures = 0
        position = Number(id)
        if (data === null) continue
        yield JSON.parse(data) as AuditEntry
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
