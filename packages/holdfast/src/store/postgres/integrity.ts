import type { Session } from './session.ts'

/** CHECKs and keys that were switched off or never looked at the rows, indexes that are not whole. */
const FINDINGS = `
  SELECT format('%s on %s is not valid', c.conname, r.relname)
  FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
  WHERE r.relnamespace = $1::regnamespace AND NOT c.convalidated
  UNION ALL
  SELECT format('the index %s is not valid', r.relname)
  FROM pg_index i JOIN pg_class r ON r.oid = i.indexrelid
  WHERE r.relnamespace = $1::regnamespace AND NOT (i.indisvalid AND i.indisready AND i.indislive)
  UNION ALL
  SELECT format('%s may be changed: its trigger %s is off', r.relname, t.tgname)
  FROM pg_trigger t JOIN pg_class r ON r.oid = t.tgrelid
  WHERE r.relnamespace = $1::regnamespace AND t.tgname = 'only_added_to' AND t.tgenabled = 'D'
  UNION ALL
  SELECT format('%s is missing', wanted) FROM unnest($2::text[]) wanted
  WHERE NOT EXISTS (SELECT FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
    WHERE r.relnamespace = $1::regnamespace AND c.contype = 'c' AND c.conname = wanted)`

/** The CHECKs that repeat what must never happen, by the names that PostgreSQL gives them. */
const CHECKS = ['available', 'held', 'allocated'].map((column) => `level_${column}_check`)

/** What is wrong with the schema itself; the trail is proved by `verify`. */
export async function integrity(session: Session): Promise<string[]> {
  const rows = await session.rows(FINDINGS, [session.schema, CHECKS])
  return rows.map(([finding]) => finding as string)
}
