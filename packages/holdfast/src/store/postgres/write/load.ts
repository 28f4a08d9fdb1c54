import type { LevelId } from '../../../model/level-counts.ts'
import type { Reservation } from '../../../model/reservation.ts'
import type { Transfer } from '../../../model/transfer.ts'
import { parseRecordId } from '../../../model/record-id.ts'
import type { LevelRow, Loaded, Needs } from '../../store.ts'
import { numbers, texts } from '../tables/columns.ts'
import { findDocuments } from '../tables/documents.ts'
import { claims, earliestHolds } from '../tables/holds.ts'
import { findKeys, lastKeys } from '../tables/keys.ts'
import { LEVEL, readLevel } from '../../rows/level.ts'
import { heldFor } from '../read/found.ts'
import type { SharedTail } from '../read/posted.ts'
import { RESERVATION } from '../../rows/reservation.ts'
import { selectList } from '../../rows/select.ts'
import { RESERVATION_COLUMNS, reservationOf } from '../tables/reservations.ts'
import type { Session } from '../connect/session.ts'
import { TRANSFER_COLUMNS, transferOf } from '../tables/transfers.ts'

const LEVEL_COLUMNS = selectList(LEVEL)

const LEVELS = `SELECT ${LEVEL_COLUMNS} FROM unnest($1::text[], $2::text[]) w (product_id, warehouse_id)
  JOIN holdfast.level_key k ON k.product_id = w.product_id COLLATE "C"
    AND k.warehouse_id = w.warehouse_id COLLATE "C"
  JOIN holdfast.level l ON l.key = k.key`

/** With the level of each. None if an id is not ours, or if its random bits are guessed. */
const RESERVATIONS = `SELECT ${RESERVATION_COLUMNS}, ${LEVEL_COLUMNS}
  FROM unnest($1::bigint[], $2::bigint[]) w (seq, random)
  JOIN holdfast.reservation r ON r.seq = w.seq AND r.random = w.random
  JOIN holdfast.level_key k ON k.key = r.level_key JOIN holdfast.level l ON l.key = k.key`

const TRANSFERS = `SELECT ${TRANSFER_COLUMNS} FROM unnest($1::bigint[], $2::bigint[]) w (seq, random)
  JOIN holdfast.transfer t ON t.seq = w.seq AND t.random = w.random`

const RESERVATION_WIDTH = Object.keys(RESERVATION).length

/** All that a batch asks for, while it holds the head lock: nothing changes between these statements. */
export async function load(session: Session, needs: Needs, tail: SharedTail): Promise<Loaded> {
  const levels = new Map<number, LevelRow>()
  const reservations: Reservation[] = []
  const holders: string[][] = []
  for (const wanted of needs.holders) holders.push(await heldFor(session, wanted, tail))
  const ids = new Set([...needs.reservations, ...holders.flat()])
  for (const row of await findAll(session, RESERVATIONS, [...ids])) {
    reservations.push(reservationOf(row))
    const level = readLevel(row.slice(RESERVATION_WIDTH))
    levels.set(level.key, level)
  }
  const transfers = (await findAll(session, TRANSFERS, needs.transfers)).map(transferOf)
  for (const level of await findLevels(session, [...needs.levels, ...placesOf(transfers)])) {
    levels.set(level.key, level)
  }
  const claimed: Loaded['claims'][number][] = []
  for (const {
    level: { key },
    count,
  } of needs.claims) {
    claimed.push({ key, reservations: await claims(session, key, count) })
  }
  return {
    levels: [...levels.values()],
    reservations,
    transfers,
    holds: await earliestHolds(session, needs.holds),
    claims: claimed,
    holders,
    keys: await findKeys(session, needs.keys),
    lastKeys: await lastKeys(session, needs.keyScopes),
    documents: await findDocuments(session, needs.documents),
  }
}

async function findAll(session: Session, sql: string, ids: readonly string[]) {
  const found = ids.map(parseRecordId).filter((parsed) => parsed !== null)
  if (found.length === 0) return []
  const seqs = numbers(found, ({ seq }) => seq)
  const randoms = numbers(found, ({ random }) => random)
  return (await session.run(sql, [seqs.value, randoms.value])).rows
}

async function findLevels(session: Session, places: readonly LevelId[]): Promise<LevelRow[]> {
  if (places.length === 0) return []
  const products = texts(places, ({ productId }) => productId)
  const warehouses = texts(places, ({ warehouseId }) => warehouseId)
  const { rows } = await session.run(LEVELS, [products.value, warehouses.value])
  return rows.map(readLevel)
}

function placesOf(transfers: readonly Transfer[]): LevelId[] {
  return transfers.flatMap(({ productId, fromWarehouseId, toWarehouseId }) => [
    { productId, warehouseId: fromWarehouseId },
    { productId, warehouseId: toWarehouseId },
  ])
}
