import { AdjustmentType } from '../domain/adjustment-type.ts'
import { checkId, checkPrefix } from '../domain/id.ts'
import { checkObject, checkText, invalid, LIMITS } from '../domain/limits.ts'
import { ReservationStatus } from '../domain/reservation.ts'
import { TransferStatus } from '../domain/transfer.ts'

type Check = (value: unknown, field: string) => void

const oneOf =
  (values: Readonly<Record<string, string>>): Check =>
  (value, field) => {
    if (typeof value !== 'string' || !Object.hasOwn(values, value)) {
      throw invalid(field, `must be one of ${Object.keys(values).join(', ')}`)
    }
  }
const position: Check = (value, field) => {
  if (!Number.isSafeInteger(value) || (value as number) < 0)
    throw invalid(field, 'must be a whole number, 0 or more')
}
const text: Check = (value, field) => checkText(value, field, LIMITS.keyLength)
const anything: Check = () => undefined

const place = { warehouseId: checkId, productId: checkId }
const paging = { cursor: anything, limit: anything }

/** The fields that each read knows; the limits of pages and cursors are checked where pages are made. */
const FILTERS = {
  stock: place,
  listStock: { ...place, prefix: checkPrefix, ...paging },
  getReservation: { reservationId: checkId },
  listReservations: { ...place, status: oneOf(ReservationStatus), owner: text, ...paging },
  getTransfer: { transferId: checkId },
  listTransfers: { ...place, status: oneOf(TransferStatus), ...paging },
  audit: {
    ...place,
    after: position,
    limit: position,
    type: oneOf(AdjustmentType),
    reservationId: checkId,
    transferId: checkId,
    signal: anything,
  },
  stockAt: { ...place, time: position },
  explain: { ...place, limit: anything },
} satisfies Record<string, Record<string, Check>>

/**
 * A copy of a filter, checked: with an unknown field or a bad value it is refused; a field that is
 * undefined is left out. What is read later is the copy.
 * @throws InvalidInputError
 */
export function ownFilter<Filter extends object>(
  read: keyof typeof FILTERS,
  given: Filter,
  required: readonly string[] = [],
): Filter {
  checkObject(given, 'filter')
  const filter: Record<string, unknown> & Filter = { ...given }
  const checks: Readonly<Record<string, Check>> = FILTERS[read]
  for (const [field, value] of Object.entries(filter)) {
    const check = Object.hasOwn(checks, field) ? checks[field] : undefined
    if (check === undefined) throw invalid(field, `is not a field of ${read}`)
    if (value !== undefined) check(value, field)
  }
  for (const field of required) if (filter[field] === undefined) throw invalid(field, 'is missing')
  return filter
}
