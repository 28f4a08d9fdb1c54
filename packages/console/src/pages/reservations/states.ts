import type { Reservation, ReservationStatus as Status } from 'holdfast'
import { stateInWords } from '../../text/words.ts'

export type { Reservation }

/** In the order in which a reservation goes through them. */
export const ReservationStatus: readonly Status[] = [
  'PENDING',
  'CONFIRMED',
  'SHIPPED',
  'CANCELLED',
  'RELEASED',
  'EXPIRED',
]

/** What is recorded of a reservation that another one replaced, if nothing else became of it. */
const ALSO_REPLACED: ReadonlySet<string> = new Set<Status>(['CANCELLED', 'RELEASED'])

/** A replaced reservation was not cancelled: it continues under another id. */
export function shownAs({ replacedBy }: Pick<Reservation, 'replacedBy'>, state: string): string {
  return replacedBy !== null && ALSO_REPLACED.has(state) ? 'REPLACED' : state
}

/** The service finds reservations by what is recorded: the filter says what else it lists. */
export function filterInWords(status: Status): string {
  const words = stateInWords(status)
  return ALSO_REPLACED.has(status) ? `${words} or ${stateInWords('REPLACED').toLowerCase()}` : words
}
