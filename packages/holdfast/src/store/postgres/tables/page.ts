import type { Page } from '../../store.ts'
import type { Row, Session } from '../connect/session.ts'

/**
 * One statement sees one state: the newest commit is read together with the rows, so that a page says
 * which position of the trail it shows. Nested, so rows keep the order that `inner` gives them.
 */
export function paged(inner: string): string {
  return `WITH newest AS (
      SELECT last_seq, at FROM holdfast.commits ORDER BY number DESC LIMIT 1)
    SELECT coalesce((SELECT last_seq FROM newest), 0), coalesce((SELECT at FROM newest), 0), q.*
    FROM (SELECT) one LEFT JOIN LATERAL (${inner}) q ON true`
}

/** Reads what `paged` asks; the first column of `inner` is never NULL. */
export function pageOf<T>(rows: readonly Row[], read: (row: Row) => T): Page<T> {
  const [seq, at] = rows[0] as [number, number]
  return { seq, at, rows: rows.filter((row) => row[2] !== null).map((row) => read(row.slice(2))) }
}

export async function readPage<T>(
  session: Session,
  sql: string,
  values: unknown[],
  read: (row: Row) => T,
): Promise<Page<T>> {
  return pageOf(await session.rows(sql, values), read)
}

/** A number that may be a fraction or infinite, as a bigint takes it; times count from their floor. */
export function whole(value: number): number {
  return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Math.floor(value)))
}
