import { parseRecordId, seqOf } from '../record-id.ts'
import type { EntryPage, EntryQuery } from '../store.ts'
import { CODE_OF_TYPE } from '../codes.ts'
import { ENTRY_JOINS, fillsPage, inPage, readEntry } from './entry-row.ts'
import { Filter, paged, pageOf, whole } from './page.ts'
import type { Session } from './session.ts'

/** So many entries are looked at in one call, at most: some 20 ms. */
const LOOK_AT = 20_000

/** Along the trail: it has no index but its own order. */
export async function listEntries(session: Session, query: EntryQuery): Promise<EntryPage> {
  const after = firstPossible(query) - 1
  const through = whole(Math.min(query.throughSeq ?? Infinity, after + LOOK_AT))
  const filter = filtered(query, whole(after), through)
  // The page of the trail first, and then what its entries point to.
  const from = `holdfast.entry e ${ENTRY_JOINS} ${filter.where}`
  const sql = paged(inPage(from, '', `LIMIT ${filter.value(query.limit)}`))
  const rows = await session.rows(sql, filter.values)
  const page = pageOf(rows, readEntry)
  const isFull = fillsPage(rows.at(-1)?.slice(2))
  const full = isFull || (page.rows.length === query.limit && query.limit > 0)
  const end = Math.min(through, page.seq)
  return { ...page, scannedTo: full ? page.rows.at(-1)!.seq : Math.max(query.afterSeq, end) }
}

/** A record's id says where its first entry is; nothing before it can be about it. */
function firstPossible({ afterSeq, reservationId, transferId }: EntryQuery): number {
  const ids = [reservationId, transferId].filter((id) => id !== undefined)
  if (ids.some((id) => parseRecordId(id) === null)) return Infinity
  return Math.max(afterSeq + 1, ...ids.map(seqOf))
}

function filtered(query: EntryQuery, after: number, through: number): Filter {
  const { type, warehouseId, productId, reservationId, transferId } = query
  const filter = new Filter()
  filter.add('e.seq > ?', after)
  filter.add('e.seq <= ?', through)
  if (type !== undefined) filter.add('e.type = ?', CODE_OF_TYPE[type])
  if (reservationId !== undefined) {
    const { seq, random } = parseRecordId(reservationId) ?? { seq: 0, random: -1 }
    filter.add('e.reservation = ? AND r.random = ?', seq, random)
  }
  if (transferId !== undefined) {
    const { seq, random } = parseRecordId(transferId) ?? { seq: 0, random: -1 }
    filter.add('e.transfer = ? AND t.random = ?', seq, random)
  }
  if (productId !== undefined) filter.add('k.product_id = ?', productId)
  if (warehouseId !== undefined) {
    const ofNote = '(SELECT w.id FROM holdfast.warehouse w WHERE w.position = e.extra)'
    filter.add(`coalesce(k.warehouse_id, ${ofNote}) = ?`, warehouseId)
  }
  return filter
}
