import { OperationalError } from '../../../model/operational-error.ts'
import type { Session } from '../connect/session.ts'

const ADDED_TO = ['SELECT', 'INSERT']
const CHANGED = ['SELECT', 'UPDATE']
const BOTH = ['SELECT', 'INSERT', 'UPDATE']
const ALL = ['SELECT', 'INSERT', 'UPDATE', 'DELETE']

/** What the role that writes must be allowed: the grants of docs/postgres.md. */
const RIGHTS: Readonly<Record<string, readonly string[]>> = {
  commits: ADDED_TO,
  level_key: ADDED_TO,
  head_lock: CHANGED,
  posting_watermark: CHANGED,
  level: BOTH,
  reservation: BOTH,
  transfer: BOTH,
  warehouse: BOTH,
  warehouse_stock: BOTH,
  posting: BOTH,
  idempotency: ALL,
  document: ALL,
  position: ALL,
  lease: ALL,
  must: ['EXECUTE'],
}

const MISSING = `SELECT string_agg(r.name || ' on ' || r.relation, ', ') FROM unnest($1::text[], $2::text[]) r (name, relation)
  WHERE NOT CASE r.name WHEN 'EXECUTE' THEN (SELECT bool_and(has_function_privilege(p.oid, 'EXECUTE'))
      FROM pg_proc p WHERE p.pronamespace = $3::text::regnamespace::oid AND p.proname::text = r.relation)
    ELSE has_table_privilege($3::text || '.' || r.relation, r.name) END`

const PAIRS = Object.entries(RIGHTS).flatMap(([relation, names]) =>
  names.map((name) => [name, relation] as const),
)

/** Of the role at work, in a schema that is there. @throws OperationalError STORE_UNAVAILABLE */
export async function mustHaveRights(session: Session): Promise<void> {
  const [names, relations] = [PAIRS.map(([name]) => name), PAIRS.map(([, of]) => of)]
  const [row] = await session.rows(MISSING, [names, relations, session.schema])
  const missing = row![0] as string | null
  if (missing === null) return
  const message = `the role lacks rights: ${missing}; grant them as docs/postgres.md says`
  throw new OperationalError('STORE_UNAVAILABLE', message)
}
