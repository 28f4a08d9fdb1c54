import { deepEqual, ok } from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { LONG } from './support/long.ts'
import { makeShortRuns, verdictOfShortRuns } from './support/posted-history.ts'
import { makeHistory, tamperFolder, tamperWith, verdictOf } from './support/small-history.ts'

/**
 * What `verify` does not prove, and why. Everything else is proved down to the last column. Remove from this list what
 * becomes provable.
 */
const NOT_IN_THE_LOG =
  'how far a consumer has come is not in the log: proved is only that it is not beyond the head'
const UNPROVED: Readonly<Record<string, string>> = {
  'idempotency.id': 'the place in the order of commits, which their numbers say too',
  'position: a row': NOT_IN_THE_LOG,
  'position.name': NOT_IN_THE_LOG,
  'position.seq': NOT_IN_THE_LOG,
  'position.trial': 'written to see whether the file takes writes',
  'log_bond.id': 'random; says which log continues the file',
  'log_bond.before': 'random; says which log continues the file',
  'log_bond: a row': 'then no log is known not to continue the file',
}

/** Rows of each table: by default some, spread over all of it; with `--long` every one. */
const ROWS = LONG ? Infinity : 5

const CHANGES = [
  (column: string) => `coalesce(${column}, 0) + 1`,
  (column: string) => `coalesce(${column}, '') || 'x'`,
  (column: string) => `CAST(zeroblob(length(${column})) AS BLOB)`,
  () => 'NULL',
]

const folder = tamperFolder()
const original = join(folder, 'shop.db')
const posted = join(folder, 'posted.db')
const copy = join(folder, 'copy.db')
before(async () => {
  await makeHistory(original)
  await makeShortRuns(posted)
})
after(() => rmSync(folder, { recursive: true }))

test(`every column of ${LONG ? 'every row' : `${ROWS} rows`} is proved, but for those that are said not to be`, async () => {
  const passed = new Set<string>()
  let cases = 0
  for (const { path, name, change } of [...changes(original), ...changes(posted)]) {
    try {
      tamperWith(path, copy, change)
    } catch {
      continue // SQLite itself refuses it: a duplicate key, text in a number
    }
    cases++
    const verdict = await (path === posted ? verdictOfShortRuns : verdictOf)(copy)
    // A file of another version looks so.
    if (verdict === 'STORE_OLDER' && name === 'migration.checksum') continue
    if (verdict === 'STORE_DAMAGED' || (typeof verdict !== 'string' && !verdict.ok)) continue
    ok(typeof verdict !== 'string', `${name}: ${JSON.stringify(verdict)}`)
    passed.add(name)
  }
  deepEqual([...passed].sort(), Object.keys(UNPROVED).sort())
  ok(cases > (LONG ? 1000 : 300), `only ${cases} changes were tried`)
})

/** Its rows are there behind many commits alone. */
const POSTINGS = ['posting', 'posting_watermark']
/** Where it is not the first column. */
const KEYS: Readonly<Record<string, string>> = {
  posting: "kind || ' ' || list || ' ' || block || ' ' || run",
}

interface Change {
  readonly path: string
  readonly name: string
  readonly change: (db: DatabaseSync) => void
}

function some<T>(rows: readonly T[]): readonly T[] {
  if (rows.length <= ROWS) return rows
  return Array.from(
    { length: ROWS },
    (_, at) => rows[Math.round((at * (rows.length - 1)) / (ROWS - 1))]!,
  )
}

/** Every value of those rows in turn, changed in every way, and every row removed. */
function* changes(path: string): Generator<Change> {
  using db = new DatabaseSync(path, { readOnly: true })
  const all = (sql: string): string[] => {
    const statement = db.prepare(sql)
    statement.setReturnArrays(true)
    return (statement.all() as unknown as unknown[][]).map(([value]) => value as string)
  }
  for (const table of all(`SELECT name FROM sqlite_schema WHERE type = 'table'`)) {
    if (table.startsWith('sqlite_') || POSTINGS.includes(table) !== (path === posted)) continue
    const columns = all(`SELECT name FROM pragma_table_info('${table}')`)
    const key = KEYS[table] ?? columns[0]!
    for (const id of some(all(`SELECT ${key} FROM ${table}`))) {
      yield {
        path,
        name: `${table}: a row`,
        change: (open) => void open.prepare(`DELETE FROM ${table} WHERE ${key} = ?`).run(id),
      }
      for (const column of columns) {
        for (const value of new Set(CHANGES.map((change) => change(column)))) {
          const sql = `UPDATE ${table} SET ${column} = ${value} WHERE ${key} = ? AND ${column} IS NOT ${value}`
          const change = (open: DatabaseSync): void => {
            if (open.prepare(sql).run(id).changes === 0) throw new Error('nothing to change')
          }
          yield { path, name: `${table}.${column}`, change }
        }
      }
    }
  }
}
