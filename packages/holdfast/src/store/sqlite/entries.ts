import type { SQLInputValue } from 'node:sqlite'

import { seqOf, parseRecordId } from '../record-id.ts'
import { PageRoom } from '../page-bytes.ts'
import type { EntryQuery } from '../store.ts'
import { CODE_OF_TYPE } from '../codes.ts'
import type { Connection, Row } from './connection.ts'
import { metadataBytesOf, SELECT_ENTRY } from './entry-row.ts'

/** So many entries are looked at in one call, at most: some 10 ms. */
const LOOK_AT = 20_000

export interface RawEntries {
  readonly rows: readonly Row[]
  readonly scannedTo: number
}

/** Along the trail: it has no index but its own order. */
export function listEntries(connection: Connection, query: EntryQuery, seq: number): RawEntries {
  const end = Math.min(query.throughSeq ?? seq, seq)
  const after = Math.min(firstPossible(query) - 1, end)
  const last = Math.min(end, after + LOOK_AT)
  const { sql, values } = filtered(query)
  const rows: Row[] = []
  const room = new PageRoom()
  for (const row of connection.iterate(sql, after, last, ...values, query.limit)) {
    rows.push(row)
    room.take(metadataBytesOf(row))
    if (room.isFull) break
  }
  const full = room.isFull || (rows.length === query.limit && query.limit > 0)
  return { rows, scannedTo: full ? (rows.at(-1)![0] as number) : last }
}

/** A record's id says where its first entry is; nothing before it can be about it. */
function firstPossible({ afterSeq, reservationId, transferId }: EntryQuery): number {
  const ids = [reservationId, transferId].filter((id) => id !== undefined)
  if (ids.some((id) => parseRecordId(id) === null)) return Infinity
  return Math.max(afterSeq + 1, ...ids.map(seqOf))
}

function filtered(query: EntryQuery): { sql: string; values: SQLInputValue[] } {
  const { type, warehouseId, productId, reservationId, transferId } = query
  const where = ['e.seq > ?', 'e.seq <= ?']
  const values: SQLInputValue[] = []
  const add = (condition: string, ...given: SQLInputValue[]): void => {
    where.push(condition)
    values.push(...given)
  }
  if (type !== undefined) add('e.type = ?', CODE_OF_TYPE[type])
  if (reservationId !== undefined) {
    const { seq, random } = parseRecordId(reservationId) ?? { seq: 0, random: -1 }
    add('e.reservation = ? AND r.random = ?', seq, random)
  }
  if (transferId !== undefined) {
    const { seq, random } = parseRecordId(transferId) ?? { seq: 0, random: -1 }
    add('e.transfer = ? AND t.random = ?', seq, random)
  }
  if (productId !== undefined) add('k.product_id = ?', productId)
  if (warehouseId !== undefined) {
    const ofNote = '(SELECT id FROM warehouse WHERE position = e.extra)'
    add(`coalesce(k.warehouse_id, ${ofNote}) = ?`, warehouseId)
  }
  return { sql: `${SELECT_ENTRY} WHERE ${where.join(' AND ')} ORDER BY e.seq LIMIT ?`, values }
}
