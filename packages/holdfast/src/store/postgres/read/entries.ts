import type { LevelId } from '../../../model/level-counts.ts'
import { CommitBody } from '../../../log/commit-body.ts'
import { findEntries, LOOK_AT, LOOK_AT_BYTES, type LogSource } from '../../../log/pages.ts'
import { EntrySearch } from '../../../log/search.ts'
import { referenceOf } from '../../../model/commands/fields/reference.ts'
import { parseRecordId } from '../../../model/record-id.ts'
import type { EntryPage, EntryQuery } from '../../store.ts'
import { numbers } from '../tables/columns.ts'
import { readCommit } from '../../rows/commit.ts'
import { BODY, COMMIT_BYTES, COMMIT_COLUMNS, TEXTS } from './log.ts'
import { Filter } from '../../rows/filter.ts'
import { levelKeysOf } from '../tables/levels.ts'
import { paged, pageOf, whole } from '../tables/page.ts'
import type { Session } from '../connect/session.ts'

/** OFFSET keeps each look-up by itself: joined, the table would be read as a whole. */
const PLACES = `SELECT k.* FROM unnest($1::bigint[]) w (key)
  CROSS JOIN LATERAL (SELECT key, warehouse_id, product_id
    FROM holdfast.level_key WHERE key = w.key OFFSET 0) k`

const NO_LEVELS: ReadonlySet<number> = new Set()

/**
 * Along the log: it has no index but its own order. Its commits are fetched first, and then searched as
 * everywhere: once to find out which levels are asked for, and again when their names are here. Names
 * are not kept: a server that took over may have lost some, and given their keys to others.
 */
export async function listEntries(session: Session, query: EntryQuery): Promise<EntryPage> {
  const { seq, at, bodies, lookedTo } = await fetchBodies(session, query)
  const { productId } = query
  // After the bodies: no level of theirs is too new.
  const levels =
    productId === undefined ? NO_LEVELS : new Set(await levelKeysOf(session, productId))
  const wanted = new Set<number>()
  const source = (placeOf: LogSource['placeOf']): LogSource => ({
    seq,
    from: () => bodies,
    with: () => undefined,
    placeOf,
    levelsOf: () => levels,
  })
  const through = Math.min(query.throughSeq ?? Infinity, lookedTo)
  const within = { ...query, throughSeq: through }
  const asking = source((key) => {
    if (key > 0) wanted.add(key)
    return undefined
  })
  const found = findEntries(asking, within)
  if (wanted.size === 0) return { seq, at, ...found }
  const places = await placesOf(session, wanted)
  return {
    seq,
    at,
    ...findEntries(
      source((key) => places.get(key)),
      within,
    ),
  }
}

interface Fetched {
  readonly seq: number
  readonly at: number
  /** Those that may have a match. */
  readonly bodies: readonly CommitBody[]
  /** Every commit up to here was looked at. */
  readonly lookedTo: number
}

async function fetchBodies(session: Session, query: EntryQuery): Promise<Fetched> {
  const { firstSeq } = new EntrySearch(query, () => NO_LEVELS, noPlace)
  const from = Math.max(query.afterSeq + 1, firstSeq, 1)
  // Where every entry matches, no more than are asked for.
  const most = isFiltered(query) ? LOOK_AT : Math.min(LOOK_AT, Math.max(query.limit, 1))
  const through = Math.min(query.throughSeq ?? Infinity, from + most - 1)
  const rows = await session.rows(...pageFrom(query, whole(from), whole(through)))
  const { seq, at, rows: looked } = pageOf(rows, (row) => row)
  const bodies = looked.filter((row) => row[1] !== null)
  return {
    seq,
    at,
    bodies: bodies.map((row) => new CommitBody(readCommit(row.slice(1)))),
    lookedTo: (looked[0]?.[0] as number | undefined) ?? Infinity,
  }
}

function isFiltered(query: EntryQuery): boolean {
  const { afterSeq: _afterSeq, throughSeq: _throughSeq, limit: _limit, ...filter } = query
  return Object.values(filter).some((wanted) => wanted !== undefined)
}

/**
 * The commits from the one that has entry `from` to the one that has `through`, or fewer that fill a page; of
 * those the ones whose text has the numbers and the texts that are looked for. Before each the end of the last that was
 * looked at, and a row with that alone if none was found.
 */
function pageFrom(query: EntryQuery, from: number, through: number): [string, unknown[]] {
  const filter = new Filter('$')
  const [first, last] = [filter.value(from), `${filter.value(through)}::bigint`]
  const id = query.reservationId ?? query.transferId
  const record = id === undefined ? null : parseRecordId(id)
  if (record !== null) filter.add(`strpos(${BODY}, ?) > 0`, `,${record.random},`)
  if (query.productId !== undefined) {
    filter.add(
      `EXISTS (SELECT FROM holdfast.level_key k
        WHERE k.product_id = ? AND strpos(${BODY}, ',' || k.key::text || ',') > 0)`,
      query.productId,
    )
  }
  for (const text of textsOf(query)) filter.add(`strpos(${TEXTS}, ?) > 0`, JSON.stringify(text))
  const sql = `
    WITH looked AS MATERIALIZED (
      SELECT p.number, p.last_seq FROM (
        SELECT c.number, c.last_seq, ${COMMIT_BYTES} AS bytes,
          sum(${COMMIT_BYTES}) OVER (ORDER BY c.last_seq, c.number ROWS UNBOUNDED PRECEDING) AS bytes_through
        FROM holdfast.commits c WHERE c.last_seq >= ${first} AND c.last_seq <= coalesce((
          SELECT last_seq FROM holdfast.commits WHERE last_seq >= ${last}
          ORDER BY last_seq LIMIT 1), ${last})) p
      WHERE p.bytes_through - p.bytes < ${LOOK_AT_BYTES})
    SELECT l.last_seq, c.* FROM (SELECT max(last_seq) AS last_seq FROM looked) l
    LEFT JOIN (SELECT ${COMMIT_COLUMNS} FROM looked l JOIN holdfast.commits c ON c.number = l.number
      ${filter.where}) c ON true
    ORDER BY c.number`
  return [paged(sql), filter.values]
}

/** Whole texts of the log that every match names. */
function textsOf({ group, actor, reference }: EntryQuery): string[] {
  const texts = [group, actor].filter((text) => text !== undefined)
  if (reference === undefined) return texts
  const { type, id } = referenceOf(reference)
  return [...texts, JSON.stringify([type, id])]
}

function noPlace(): undefined {
  return undefined
}

export async function placesOf(
  session: Session,
  keys: ReadonlySet<number>,
): Promise<Map<number, LevelId>> {
  const wanted = numbers([...keys], (key) => key)
  const { rows } = await session.run(PLACES, [wanted.value])
  return new Map(
    rows.map(([key, warehouseId, productId]) => [
      key as number,
      { warehouseId: warehouseId as string, productId: productId as string },
    ]),
  )
}
