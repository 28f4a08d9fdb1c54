import { shownId, type Explanation } from 'holdfast'
import { clean } from './clean.ts'
import { table } from './table.ts'
import { HISTORY } from './tables.ts'
import { isoTime } from './time.ts'

/** Explains for people why a level has its counts. */
export function explanation(found: Explanation): string {
  const { productId, warehouseId, available, held, allocated, unsellable, onHand, seq } = found
  const aside = unsellable === 0 ? '' : ` + ${unsellable} unsellable`
  const lines = [
    clean(`${shownId(productId)} in ${shownId(warehouseId)}, at seq ${seq}:`),
    `${available} available + ${held} held + ${allocated} allocated${aside} = ${onHand} on hand`,
  ]
  for (const { reservationId, qty, expiresAt } of found.due) {
    lines.push(`${qty} of these were held until ${isoTime(expiresAt)} by ${reservationId}`)
  }
  if (found.moreDue) lines.push('More of these were held by older reservations.')
  if (found.entries.length > 0) {
    lines.push('', 'What happened, newest first, and the counts after it:', '')
    lines.push(table(HISTORY, found.entries))
  } else lines.push('Nothing ever happened to it here.')
  if (found.more) lines.push('There are older entries: a larger --limit shows them.')
  return lines.join('\n')
}
