import { shownId } from '../../../model/id.ts'
import { sha256 } from '../../../log/hash.ts'
import { MADE } from './made-schema.ts'
import type { Session } from '../connect/session.ts'

/** A newer one may print the same view in other words: there its columns are compared, and not its text. */
const NEWEST_KNOWN_SERVER = 18

/** What may be added: to a schema, and to a table; but no index that refuses rows. */
const MAY_BE_ADDED: ReadonlySet<string> = new Set(['table', 'view', 'index'])

/** Before 16 the columns of a view's only table are printed with its name: those of `transfers`. */
const QUALIFIER = /\btransfer\.(?=\w+(?:[,)]| \+))/g

/**
 * Every object of ours, and what is added to one: kind, name, its table, what it is in parts, and a text that
 * PostgreSQL prints. The search path comes first, so that no name but ours and PostgreSQL's is printed alone, whatever
 * the role has set; it is gone with the transaction.
 */
const OBJECTS = `
  SELECT o.*, current_setting('server_version_num')::int
  FROM (SELECT set_config('search_path', 'pg_catalog, ' || $1::text || ', pg_temp', true) AS path,
    set_config('quote_all_identifiers', 'off', true) OFFSET 0) first
  CROSS JOIN LATERAL (
    WITH ours AS (
      SELECT oid, relname AS name, relkind AS kind,
        CASE relpersistence WHEN 'p' THEN NULL ELSE 'unlogged' END AS unlogged,
        CASE WHEN relrowsecurity OR relforcerowsecurity THEN 'row security' END AS row_security,
        (SELECT 'inheritance' FROM pg_inherits WHERE c.oid IN (inhrelid, inhparent) LIMIT 1) AS inheritance
      FROM pg_class c
      WHERE relnamespace = $1::text::regnamespace::oid AND relname = ANY ($2::name[]) AND relkind IN ('r', 'v')
        AND first.path <> '')
    SELECT CASE c.kind WHEN 'v' THEN 'view' ELSE 'table' END AS kind, c.name::text AS name, '' AS of,
      concat_ws(', ', (SELECT string_agg(concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod),
          CASE a.attcollation WHEN '0' THEN NULL WHEN 'default'::regcollation::oid THEN NULL
            ELSE 'COLLATE ' || a.attcollation::regcollation::text END,
          CASE WHEN a.attnotnull THEN 'NOT NULL' END,
          CASE a.attidentity WHEN '' THEN NULL WHEN 'd' THEN 'IDENTITY' ELSE 'ALWAYS IDENTITY' END,
          CASE a.attgenerated WHEN '' THEN NULL ELSE 'GENERATED' END,
          'DEFAULT ' || pg_get_expr(d.adbin, d.adrelid)), ', ' ORDER BY a.attnum)
        FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
        c.unlogged, c.row_security, c.inheritance) AS made,
      CASE c.kind WHEN 'v' THEN pg_get_viewdef(c.oid) END AS printed
    FROM ours c
    UNION ALL
    SELECT 'constraint', n.conname, c.name,
      concat_ws(', ', CASE n.contype WHEN 'c' THEN 'CHECK ' || pg_get_expr(n.conbin, n.conrelid)
        ELSE concat(CASE n.contype WHEN 'p' THEN 'PRIMARY KEY' WHEN 'u' THEN 'UNIQUE' ELSE n.contype::text END,
          ' (', (SELECT string_agg(a.attname, ', ' ORDER BY k.place)
            FROM unnest(n.conkey) WITH ORDINALITY k (att, place)
            JOIN pg_attribute a ON a.attrelid = n.conrelid AND a.attnum = k.att), ')') END,
        CASE WHEN n.condeferrable THEN 'deferrable' END,
        CASE WHEN NOT n.convalidated OR NOT (i.indisunique AND i.indisvalid AND i.indisready AND i.indislive)
          THEN 'not in force' END), NULL
    FROM pg_constraint n JOIN ours c ON c.oid = n.conrelid
      LEFT JOIN pg_index i ON i.indexrelid = n.conindid AND n.contype IN ('p', 'u')
    -- A column says by itself that it is not null; a constraint's trigger is among the triggers.
    WHERE n.contype <> 't' AND NOT (n.contype = 'n' AND n.convalidated)
    UNION ALL
    SELECT 'index', x.relname, c.name,
      concat_ws(', ', concat(CASE WHEN i.indisunique THEN 'UNIQUE ' END, m.amname, ' (',
        (SELECT string_agg(coalesce(a.attname, '?'), ', ' ORDER BY k.place)
          FROM unnest(i.indkey::int2[]) WITH ORDINALITY k (att, place)
          LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.att), ')',
        ' WHERE ' || pg_get_expr(i.indpred, i.indrelid)),
        CASE WHEN i.indnatts > i.indnkeyatts THEN 'INCLUDE' END,
        CASE WHEN 0 <> ANY (i.indoption::int2[]) THEN 'another order' END,
        (SELECT 'another operator class' FROM pg_opclass o
          WHERE o.oid = ANY (i.indclass::oid[]) AND NOT o.opcdefault LIMIT 1),
        (SELECT 'another collation' FROM ROWS FROM (unnest(i.indkey::int2[]), unnest(i.indcollation::oid[])) k (att, of)
          JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.att WHERE k.of <> a.attcollation LIMIT 1),
        CASE WHEN NOT (i.indisvalid AND i.indisready AND i.indislive) THEN 'not in force' END), NULL
    FROM pg_index i JOIN ours c ON c.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid
      JOIN pg_am m ON m.oid = x.relam
    WHERE NOT EXISTS (SELECT FROM pg_constraint n WHERE n.conindid = i.indexrelid AND n.conrelid = c.oid)
    UNION ALL
    SELECT 'trigger', t.tgname, c.name,
      concat_ws(', ', 'type ' || t.tgtype::text, t.tgfoid::regprocedure, CASE WHEN t.tgqual IS NOT NULL THEN 'WHEN' END,
        CASE WHEN t.tgattr::text <> '' THEN 'OF columns' END,
        CASE t.tgenabled WHEN 'O' THEN 'on' WHEN 'D' THEN 'off' ELSE 'on in some sessions' END), NULL
    FROM pg_trigger t JOIN ours c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
    -- Those of foreign keys, which are among the constraints; somebody's table may have one that names ours.
    WHERE NOT (t.tgisinternal AND p.pronamespace = 'pg_catalog'::regnamespace::oid)
    UNION ALL
    SELECT 'rule', r.rulename, c.name, '', NULL FROM pg_rewrite r JOIN ours c ON c.oid = r.ev_class
    WHERE NOT (c.kind = 'v' AND r.rulename = '_RETURN')
    UNION ALL
    SELECT 'policy', p.polname, c.name, '', NULL FROM pg_policy p JOIN ours c ON c.oid = p.polrelid
    UNION ALL
    SELECT 'function', format('%s(%s)', p.proname, oidvectortypes(p.proargtypes)), '',
      concat_ws(', ', format_type(p.prorettype, NULL), l.lanname, 'volatility ' || p.provolatile::text,
        CASE WHEN p.prosecdef THEN 'SECURITY DEFINER' END, CASE WHEN p.proisstrict THEN 'STRICT' END,
        'SET ' || p.proconfig::text, CASE WHEN p.prosqlbody IS NULL
          THEN 'source ' || left(encode(sha256(convert_to(p.prosrc, 'UTF8')), 'hex'), 16) END),
      pg_get_function_sqlbody(p.oid)
    FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
    WHERE p.pronamespace = $1::text::regnamespace::oid AND p.proname = ANY ($3::name[]) AND first.path <> ''
    OFFSET 0) o
  LIMIT 1000`

/** Rows without their other half: nothing reads them, and they stand in the way of what comes. */
const HALVES = `
  SELECT * FROM (
    SELECT count(*) FILTER (WHERE l.key IS NULL), count(*) FILTER (WHERE k.key IS NULL)
    FROM holdfast.level_key k FULL JOIN holdfast.level l ON l.key = k.key) levels
  CROSS JOIN (
    SELECT count(*) FILTER (WHERE s.position IS NULL), count(*) FILTER (WHERE w.position IS NULL)
    FROM holdfast.warehouse w FULL JOIN holdfast.warehouse_stock s ON s.position = w.position) warehouses`

/** The numbers of rows. The proof reads those that a program can tell apart, so it would pass over others. */
const NUMBERS = {
  commits: 'number',
  level_key: 'key',
  level: 'key',
  reservation: 'seq',
  transfer: 'seq',
  warehouse: 'position',
  warehouse_stock: 'position',
  idempotency: 'commit_number',
}

/** The least and the greatest are a look into an index each, whatever the planner knows of the table. */
const STRANGE = Object.entries(NUMBERS)
  .map(
    ([table, column]) => `SELECT '${table}', CASE WHEN least < 0 THEN least ELSE most END::text
      FROM (SELECT min(${column}) AS least, max(${column}) AS most FROM holdfast.${table}) of
      WHERE least < 0 OR most > ${Number.MAX_SAFE_INTEGER}`,
  )
  .join(' UNION ALL ')

/** What the migrations made, by object. */
const made = new Map(MADE.map((line) => line.split(/: (.*)/, 2) as [object: string, parts: string]))

interface Names {
  readonly relations: readonly string[]
  readonly functions: readonly string[]
}

const OURS: Names = {
  relations: namesOf(/^(?:table|view) (\w+)/),
  functions: namesOf(/^function (\w+)/),
}

function namesOf(object: RegExp): string[] {
  return [...made.keys()].flatMap((name) => object.exec(name)?.[1] ?? [])
}

type Asked = Pick<Session, 'rows' | 'schema'>

/**
 * What is other in the schema than the migrations made it: what is missing or changed of it, and what was added that
 * has a say in what a statement does; in a schema that is as it was made, rows without their other half. The log is
 * proved by `verify`.
 */
export async function integrity(session: Asked): Promise<string[]> {
  const faults = await schemaFaults(session)
  if (faults.length > 0) return faults
  return [...(await strangeNumbers(session)), ...(await loneHalves(session))]
}

async function strangeNumbers(session: Asked): Promise<string[]> {
  const rows = await session.rows(STRANGE)
  return rows.map(([table, number]) => `${String(table)} has a row ${String(number)}`)
}

async function loneHalves(session: Asked): Promise<string[]> {
  const [counts] = await session.rows(HALVES)
  return [
    'level_key without one of level',
    'level without one of level_key',
    'warehouse without one of warehouse_stock',
    'warehouse_stock without one of warehouse',
  ].flatMap((what, index) => {
    const count = counts![index] as number
    return count === 0 ? [] : [`there are rows of ${what}: ${count}`]
  })
}

async function schemaFaults(session: Asked): Promise<string[]> {
  const missing = new Set(made.keys())
  const faults: string[] = []
  for (const { kind, object, shown, parts, isKnownServer } of await readObjects(session, OURS)) {
    missing.delete(object)
    const was = made.get(object)
    if (was === undefined) {
      const isUnique = kind === 'index' && parts.startsWith('UNIQUE ')
      if (isUnique) faults.push(`the ${shown} is UNIQUE, and none of ours`)
      else if (!MAY_BE_ADDED.has(kind)) faults.push(`the ${shown} is none of ours`)
      continue
    }
    const other = difference(was, parts, isKnownServer)
    if (other !== null) faults.push(`the ${shown} is not as it was made: ${other}`)
  }
  return [...Array.from(missing, (object) => `the ${object} is missing`), ...faults]
}

/** What is in the schema of these names, in lines as MADE has them. */
export async function describeSchema(session: Asked, names: Names): Promise<string[]> {
  const objects = await readObjects(session, names)
  return objects.map(({ object, parts }) => `${object}: ${parts}`).sort()
}

interface SchemaObject {
  readonly kind: string
  /** Kind, name and table. */
  readonly object: string
  /** The same, for people. */
  readonly shown: string
  readonly parts: string
  /** Whether it prints texts as we know them. */
  readonly isKnownServer: boolean
}

async function readObjects(session: Asked, names: Names): Promise<SchemaObject[]> {
  const values = [session.schema, names.relations, names.functions]
  return (await session.rows(OBJECTS, values)).map((row) => {
    const [kind, name, of, parts, printed, server] = row as [
      ...[kind: string, name: string, of: string, parts: string],
      ...[printed: string | null, server: number],
    ]
    const on = of === '' ? '' : ` on ${of}`
    const text = printed === null ? '' : `, as ${digest(printed)}`
    return {
      kind,
      object: `${kind} ${name}${on}`,
      shown: `${kind} ${kind === 'function' ? visible(name) : shownId(name)}${on}`,
      parts: parts + text,
      isKnownServer: Math.floor(server / 10_000) <= NEWEST_KNOWN_SERVER,
    }
  })
}

function digest(printed: string): string {
  return sha256(printed.replaceAll(QUALIFIER, '')).slice(0, 16)
}

/** The parts that differ; null if none does. */
function difference(was: string, is: string, isKnownServer: boolean): string | null {
  if (was === is) return null
  const [before, now] = [was.split(', '), is.split(', ')]
  const gone = before.filter((part) => !now.includes(part))
  const come = now.filter((part) => !before.includes(part))
  if (!isKnownServer && [...gone, ...come].every((part) => /^as \w{16}$/.test(part))) return null
  return `${listed(come)} instead of ${listed(gone)}`
}

function listed(parts: readonly string[]): string {
  return visible(parts.join(', ').slice(0, 300)) || 'nothing'
}

/** Names may hold anything. */
function visible(text: string): string {
  return text.replaceAll(/\p{C}/gu, '?')
}
