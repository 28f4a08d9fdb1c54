import { checkObject, checkSignal, invalid } from '../limits.ts'
import type { Field } from './fields/field.ts'
import { productId, reservationId, transferId, warehouseId } from './fields/ids.ts'
import { position } from './fields/numbers.ts'
import { PAGING } from './fields/paging.ts'
import { LISTS } from './lists.ts'

type Checked = Pick<Field, 'check'>

const level = { warehouseId, productId }
const anything: Checked = { check: () => undefined }
const seq = position(0, '')
const signal: Checked = { check: (value) => checkSignal(value as AbortSignal) }
const { from: _from, to: _to, ...ofFeed } = LISTS.audit.filters

/**
 * The fields that each read knows, in the library and in its client; the limits of pages and cursors are checked where
 * pages are made.
 */
const FILTERS = {
  stock: level,
  getReservation: { reservationId },
  getTransfer: { transferId },
  listStock: { ...LISTS.listStock.filters, ...PAGING },
  listReservations: { ...LISTS.listReservations.filters, ...PAGING },
  listTransfers: { ...LISTS.listTransfers.filters, ...PAGING },
  listWarehouses: {},
  audit: { ...LISTS.audit.filters, limit: seq },
  feed: { ...ofFeed, limit: seq, signal },
  stockAt: { ...level, time: seq },
  explain: { ...level, limit: anything },
} satisfies Record<string, Record<string, Checked>>

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
  const known: Readonly<Record<string, Checked>> = FILTERS[read]
  for (const [field, value] of Object.entries(filter)) {
    const filterField = Object.hasOwn(known, field) ? known[field] : undefined
    if (filterField === undefined) throw invalid(field, `is not a field of ${read}`)
    if (value !== undefined) filterField.check(value, field)
  }
  for (const field of required) if (filter[field] === undefined) throw invalid(field, 'is missing')
  return filter
}
