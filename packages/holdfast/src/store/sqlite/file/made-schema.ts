import { DatabaseSync } from 'node:sqlite'
import { shownId } from '../../../model/id.ts'
import type { Connection } from './connection.ts'
import { MIGRATION_TABLE, MIGRATIONS } from './schema.ts'

const UNIQUE = `SELECT 1 FROM sqlite_schema s, pragma_index_list(s.tbl_name) i
  WHERE s.type = 'index' AND s.name = ?1 AND i.name = ?1 AND i."unique" = 1`

const OBJECTS = 'SELECT type, name, tbl_name, sql FROM sqlite_schema'

/**
 * What is other in the file's schema than the migrations made it: what is missing or changed of it, and triggers
 * or unique indexes more on its tables and views. Other indexes, tables and views may be added. Texts are compared, as SQLite keeps them:
 * its own row of an object can say nothing else than the text does, or the file cannot be read.
 */
export function schemaFaults(connection: Connection): string[] {
  const made = madeSchema()
  const stored = connection.all(OBJECTS).map((row) => row.map(String))
  const missing = new Map(made.map(([type, name]) => [`${type} ${name}`, 'is missing']))
  const faults: string[] = []
  for (const [type, name, table, sql] of stored) {
    const object = `${type} ${name}`
    const own = made.find((other) => other[0] === type && other[1] === name)
    if (own?.[2] === table && own?.[3] === sql) missing.delete(object)
    else if (own !== undefined) missing.set(object, 'is not as it was made')
    else if (
      isOwn(made, table!) &&
      (type!.toLowerCase() === 'trigger' || isUnique(connection, name!))
    )
      faults.push(
        `the ${type!.toLowerCase()} ${shownId(name!.slice(0, 100))} on ${shownId(table!)} is none of ours`,
      )
  }
  return [...Array.from(missing, ([object, what]) => `the ${object} ${what}`), ...faults]
}

/** Of an index: a row that is written may take another one's place because of it. */
function isUnique(connection: Connection, name: string): boolean {
  return connection.get(UNIQUE, name) !== undefined
}

/** In whatever case it was written where the trigger was made: to SQLite it is the same. */
function isOwn(made: readonly string[][], table: string): boolean {
  return made.some(([, name]) => name === table.toLowerCase())
}

let known: string[][] | null = null

/** Of a file that was just made; looked at once for each process. */
function madeSchema(): string[][] {
  return (known ??= makeSchema())
}

function makeSchema(): string[][] {
  const db = new DatabaseSync(':memory:', { enableForeignKeyConstraints: false })
  try {
    for (const sql of [MIGRATION_TABLE, ...MIGRATIONS.map(({ sql }) => sql)]) db.exec(sql)
    const statement = db.prepare(OBJECTS)
    statement.setReturnArrays(true)
    return (statement.all() as unknown as unknown[][]).map((row) => row.map(String))
  } finally {
    db.close()
  }
}
