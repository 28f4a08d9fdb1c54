import { OperationalError } from '../../../model/operational-error.ts'
import type { Session } from '../connect/session.ts'

/** What the role that writes must be allowed: the grants of docs/postgres.md. */
const READ = [
  'level_key',
  'level',
  'reservation',
  'transfer',
  'warehouse',
  'warehouse_stock',
  'head_lock',
]
const ADDED_TO = ['commits', 'level_key', 'posting']
const CHANGED = ['level', 'reservation', 'transfer', 'warehouse', 'warehouse_stock']
const KEPT = ['idempotency', 'document', 'position', 'lease']
const RIGHTS: Readonly<Record<string, readonly string[]>> = {
  SELECT: [...READ, 'commits', 'posting', 'posting_watermark', ...KEPT],
  INSERT: [...ADDED_TO, ...CHANGED, ...KEPT],
  UPDATE: ['head_lock', 'posting', 'posting_watermark', ...CHANGED, ...KEPT],
  DELETE: KEPT,
  EXECUTE: ['must'],
}

const MISSING = `SELECT string_agg(r.name || ' on ' || r.relation, ', ') FROM unnest($1::text[], $2::text[]) r (name, relation)
  WHERE NOT CASE r.name WHEN 'EXECUTE' THEN (SELECT bool_and(has_function_privilege(p.oid, 'EXECUTE'))
      FROM pg_proc p WHERE p.pronamespace = $3::text::regnamespace::oid AND p.proname::text = r.relation)
    ELSE has_table_privilege($3::text || '.' || r.relation, r.name) END`

const PAIRS = Object.entries(RIGHTS).flatMap(([name, tables]) =>
  tables.map((table) => [name, table] as const),
)

/**
 * The schema is there. A role that may not do all that commands do would be found out by the first of them.
 * @throws OperationalError STORE_UNAVAILABLE
 */
export async function mustHaveRights(session: Session): Promise<void> {
  const [names, tables] = [PAIRS.map(([name]) => name), PAIRS.map(([, table]) => table)]
  const [row] = await session.rows(MISSING, [names, tables, session.schema])
  const missing = row![0] as string | null
  if (missing === null) return
  const message = `the role lacks rights: ${missing}; grant them as docs/postgres.md says`
  throw new OperationalError('STORE_UNAVAILABLE', message)
}
