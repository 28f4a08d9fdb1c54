import { existsSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'

import { OperationalError } from '../../../model/operational-error.ts'
import { StoreFailure } from '../../failure.ts'
import type { Connection } from './connection.ts'
import { commitFault } from './faults.ts'

// What binds the log (`-wal`) to its file. SQLite lays any log over any file that bears its name: a backup
// that is copied over a file whose log is still there becomes a mixture of two states.
//
// The one row of `log_bond` names the beginning of a log by random bits, and the one before it. It is
// written by the first transaction of every log, so that the log says which file it continues:
//
//   the row in the file alone  ∈  { id, before } of the row as the log shows it
//
// It is `before` until the row itself is written back, and `id` from then on. A new log begins only when all of
// the last one is in the file, and then the row in the file is the last one's `id`. A copy of the file by
// `backup` gets an id of its own; any other copy has one of before its time, unless it continues as well.

const WRITE = 'UPDATE log_bond SET before = id, id = randomblob(16)'
const WRITE_ANEW = 'UPDATE log_bond SET before = zeroblob(16), id = randomblob(16)'
const READ = 'SELECT hex(id), hex(before) FROM log_bond'
const NONE = '00'.repeat(16)

/** How much of the log there is, and how much of that is in the file; it changes nothing. */
const STATE = 'PRAGMA wal_checkpoint(NOOP)'

/**
 * Begins a transaction that writes. Every one has to begin here: it may be the first of a new log.
 * @throws StoreFailure if the file is no longer at its path: what is written would be found by nobody
 */
export function beginWriting(connection: Connection): void {
  if (!connection.isInPlace) throw gone(connection.path)
  const [, pages, inFile] = connection.get(STATE)!
  connection.run('BEGIN IMMEDIATE')
  if (pages !== inFile) return
  try {
    connection.run(WRITE)
  } catch (error) {
    if (connection.db.isTransaction) connection.run('ROLLBACK')
    throw error
  }
}

function gone(path: string): StoreFailure {
  return new StoreFailure(goneMessage(path), { outcome: 'not-committed' })
}

export function goneMessage(path: string): string {
  return (
    `${path} was moved, replaced or deleted while it was open. Nothing more is written until it is back. ` +
    `Keep its log, too: ${path}-wal has its newest commits`
  )
}

/**
 * After opening: the file gets an id that none of its older copies has, and an empty log. What does not
 * work now, because somebody reads or the disk is full, is done by the first transaction that can.
 */
export function beginLog(connection: Connection): void {
  connection.db.exec('PRAGMA busy_timeout = 0')
  try {
    connection.run('PRAGMA wal_checkpoint(TRUNCATE)')
    beginWriting(connection)
    connection.run('COMMIT')
    connection.run('PRAGMA wal_checkpoint(TRUNCATE)')
  } catch (error) {
    if (connection.db.isTransaction) connection.run('ROLLBACK')
    const fault = commitFault(error)
    if (fault.fatal || fault.outcome !== 'not-committed') throw error
  } finally {
    connection.db.exec('PRAGMA busy_timeout = 5000')
  }
}

/**
 * Before closing: all that the log has goes into the file, so that the file is complete by itself. SQLite does that alone
 * only if nobody else has the file open. What does not work now, because somebody reads an older state or the
 * disk is full, stays in the log for whoever opens it next.
 */
export function endLog(connection: Connection): void {
  if (!connection.isInPlace) return
  try {
    connection.db.exec('PRAGMA busy_timeout = 0')
    connection.run('PRAGMA wal_checkpoint(TRUNCATE)')
  } catch {
    // Nothing is lost: the log stays.
  }
}

/**
 * After reading: SQLite makes a log to read a file, and a connection that may only read leaves it there. An empty one is
 * removed, unless somebody else has the file open: it would be taken for that of whoever comes next.
 */
export function tidyLog(path: string): void {
  try {
    if (logBytes(path) > 0 || !existsSync(`${path}-wal`)) return
    const file = pathToFileURL(path)
    // Makes no file, if it was deleted meanwhile.
    file.search = 'mode=rw'
    const db = new DatabaseSync(file, { timeout: 0 })
    try {
      db.exec('SELECT count(*) FROM sqlite_schema')
    } finally {
      db.close()
    }
  } catch {
    // Whoever may not look or write here leaves it.
  }
}

/** Makes a finished copy a file of its own, that no log of the original's continues. */
export function makeOwn(path: string): void {
  const db = new DatabaseSync(path)
  try {
    db.exec(`PRAGMA synchronous = FULL; ${WRITE_ANEW}`)
  } finally {
    db.close()
  }
}

/** Bytes of the log beside a file; 0 if there is none. */
export function logBytes(path: string): number {
  return statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0
}

/**
 * Refuses a file over which a log lies that does not continue it. The connection may only read: closing one
 * that writes would lay the log over the file. @throws OperationalError STORE_DAMAGED
 */
export function mustContinue(connection: Connection, path: string): void {
  if (logBytes(path) === 0) return
  for (let inFile = idInFile(path); ;) {
    const [id = NONE, before = NONE] = connection.get(READ) ?? []
    if (inFile === id || inFile === before) return
    // A writer elsewhere may have opened it meanwhile, or written the row back.
    const now = idInFile(path)
    if (now === inFile) throw notItsLog(path)
    inFile = now
  }
}

export function notItsLog(path: string): OperationalError {
  const message =
    `${path}-wal is not the log of this file: a copy was put in the place of the file that it continues. ` +
    `Nothing was changed. Put that file back; or move the -wal and the -shm away, and lose what only they hold. ` +
    `To go back to a backup use: holdfast restore`
  return new OperationalError('STORE_DAMAGED', message)
}

/** The id as the file shows it without its log; NONE if nothing was written back yet. */
function idInFile(path: string): string {
  const url = pathToFileURL(path)
  // Reads the file as it is, locks nothing, and makes no file beside it.
  url.searchParams.set('immutable', '1')
  const db = new DatabaseSync(url, { readOnly: true, defensive: false })
  try {
    // Where the power failed while the log was written back, the first page may name pages to come.
    db.exec('PRAGMA writable_schema = ON')
    const row = db.prepare(READ).get() as Record<string, string> | undefined
    return row === undefined ? NONE : Object.values(row)[0]!
  } catch (error) {
    if ((error as { errcode?: number }).errcode === undefined) throw error
    return NONE
  } finally {
    db.close()
  }
}
