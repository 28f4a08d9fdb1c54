import type { Session } from '../connect/session.ts'

/** Tables with their indexes and what is stored beside them. No right but that to read a table is needed. */
const BYTES = `SELECT sum(pg_total_relation_size(c.oid))::bigint FROM pg_class c
  WHERE c.relkind = 'r' AND c.relnamespace = (
    SELECT relnamespace FROM pg_class WHERE oid = (SELECT tableoid FROM holdfast.head_lock LIMIT 1))`

export async function schemaBytes(session: Session): Promise<number> {
  const [row] = await session.rows(BYTES)
  return row![0] as number
}
