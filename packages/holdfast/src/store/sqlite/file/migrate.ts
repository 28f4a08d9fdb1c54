import type { Connection } from './connection.ts'
import { beginWriting } from './log-bond.ts'
import { APPLICATION_ID, MIGRATION_TABLE, MIGRATIONS } from './schema.ts'

/** Brings the file from its version to the newest: all steps in one transaction, or none. */
export function migrate(connection: Connection, from: number): void {
  const due = MIGRATIONS.slice(from)
  if (due.length === 0) return
  const { db } = connection
  if (from === 0) db.exec('BEGIN IMMEDIATE')
  else beginWriting(connection)
  try {
    db.exec(MIGRATION_TABLE)
    for (const { number, name, sql, checksum } of due) {
      db.exec(sql)
      connection.run('INSERT INTO migration VALUES (?, ?, ?)', number, name, checksum)
    }
    db.exec(`PRAGMA application_id = ${APPLICATION_ID}`)
    db.exec(`PRAGMA user_version = ${MIGRATIONS.length}`)
    db.exec('COMMIT')
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}
