import { chmodSync, closeSync, existsSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

import { OperationalError } from '../../../model/operational-error.ts'
import { Connection, isSameFile, type FileId } from './connection.ts'
import { BUSY, codeOf, readFault } from './faults.ts'
import { findFile } from './file-path.ts'
import { inspect } from './inspect.ts'
import { lockFor } from './lock.ts'
import { beginLog, goneMessage, logBytes, mustContinue, notItsLog, tidyLog } from './log-bond.ts'
import { migrate } from './migrate.ts'
import { MIGRATIONS } from './schema.ts'
import { syncFile, syncFolder } from './sync.ts'

const SHORT_READ = 10 | (2 << 8)
const READONLY_ROLLBACK = 8 | (3 << 8)

export interface OpenFile {
  readonly connection: Connection
  readonly path: string
  close(): void
}

/**
 * With `same`, only that file is opened: another one that bears its name meanwhile would be read beside it, and under
 * its log. @throws OperationalError
 */
export function openToRead(given: string, cacheKiB: number, same: FileId | null = null): OpenFile {
  const { path } = findFile(given, true)
  return guarded(path, () => {
    if (isElsewhere(path)) throw apart(path)
    const hadLog = existsSync(`${path}-wal`)
    trySyncLog(path)
    const connection = new Connection(path, { readOnly: true, cacheKiB })
    try {
      if (same !== null && !isSameFile(connection.file, same))
        throw new OperationalError('STORE_UNAVAILABLE', goneMessage(path))
      const { version } = inspect(connection, path)
      if (version < MIGRATIONS.length) {
        const message = `${path} holds nothing yet, or has to be opened for writing once to be brought up to date`
        throw new OperationalError('STORE_UNAVAILABLE', message)
      }
      mustContinue(connection, path)
    } catch (error) {
      connection.close()
      throw error
    }
    return { connection, path, close: () => closeReader(connection, hadLog) }
  })
}

/** Takes the writer's lock, and makes the file if there is none. @throws OperationalError */
export function openToWrite(given: string, cacheKiB: number): OpenFile {
  const { path, exists } = findFile(given, false)
  return guarded(path, () => {
    if (exists && isElsewhere(path)) throw elsewhere(path)
    const hasLog = existsSync(`${path}-wal`)
    // A file of somebody else's must not even get a lock beside it.
    if (exists) lookAt(path, hasLog)
    // SQLite would throw it away.
    else if (logBytes(path) > 0) throw notItsLog(path)
    const lock = lockFor(path)
    let connection: Connection | undefined
    try {
      if (exists) syncLog(path)
      else makeFile(path)
      connection = new Connection(path, { readOnly: false, cacheKiB })
      const { version } = inspect(connection, path)
      setUp(connection, path)
      migrate(connection, version)
      beginLog(connection)
    } catch (error) {
      connection?.close()
      lock.release()
      throw error
    }
    return { connection, path, close: () => closeBoth(connection, lock) }
  })
}

/** Tidies what it made itself: another log may be of whoever has the file open that was moved away from there. */
function closeReader(connection: Connection, hadLog: boolean): void {
  const { isInPlace, path } = connection
  connection.close()
  if (!hadLog && isInPlace) tidyLog(path)
}

function lookAt(path: string, hasLog: boolean): void {
  let connection: Connection | undefined
  try {
    connection = new Connection(path, { readOnly: true, cacheKiB: 1024 })
    if (inspect(connection, path).version > 0) mustContinue(connection, path)
  } catch (error) {
    const { errcode } = error as { errcode?: number }
    // This process has it open by another name, and SQLite looks for that one's log beside this one.
    if (errcode === SHORT_READ && !hasLog) throw elsewhere(path, error)
    // The power failed while the file was made: what is in it has to be rolled back before one can look.
    if (errcode !== READONLY_ROLLBACK) throw error
  } finally {
    connection?.close()
  }
}

/** How long somebody may take who looks, too, in milliseconds. */
const LOOK_MS = 500

/**
 * Whether the file is open under another name. Whoever has it open keeps a log beside the name that it was opened by: if
 * there is none, nobody may have it open. Else it was moved meanwhile, would be read without its newest commits, and
 * written under two logs. To be asked before anything opens the file: that makes a log, which whoever comes next
 * would take for the other's.
 */
function isElsewhere(path: string): boolean {
  // What a journal holds would be rolled back, and the file may be somebody else's.
  if (['-wal', '-journal'].some((end) => existsSync(path + end))) return false
  // Not a Connection, whose pragmas would open the log before the mode is known.
  const db = new DatabaseSync(path, { timeout: LOOK_MS })
  try {
    db.exec('PRAGMA locking_mode = EXCLUSIVE; SELECT count(*) FROM sqlite_schema')
    return false
  } catch (error) {
    // Meanwhile it may have been opened by this name. What else is wrong is told by what opens it.
    return codeOf(error) === BUSY && !existsSync(`${path}-wal`)
  } finally {
    db.close()
  }
}

function elsewhere(path: string, cause?: unknown): OperationalError {
  const message = `${path} is open under another name, or in another program: close it there`
  return new OperationalError('STORE_LOCKED', message, { cause })
}

function apart(path: string): OperationalError {
  const message =
    `${path} is open under another name, and its newest commits are in the log beside that name: ` +
    `move it back, or close it there`
  return new OperationalError('STORE_UNAVAILABLE', message)
}

/** For its owner's eyes alone from the first moment; SQLite's log gets the same mode. */
function makeFile(path: string): void {
  closeSync(openSync(path, 'a', 0o600))
  chmodSync(path, 0o600)
  syncFolder(path)
}

/**
 * A process that was killed may have written commits that it did not live to sync. SQLite shows them to the
 * next one, who would tell of them, and answer by them, and lose them when the power fails.
 */
function syncLog(path: string): void {
  const log = `${path}-wal`
  if (!existsSync(log)) return
  try {
    syncFile(log)
    syncFolder(path)
  } catch (error) {
    const message = `${log} cannot be synced: ${(error as Error).message}`
    throw new OperationalError('STORE_UNAVAILABLE', message, { cause: error })
  }
}

/** As far as somebody can who may not write. */
function trySyncLog(path: string): void {
  try {
    syncLog(path)
  } catch {
    // What is read may be newer than what a power cut would leave.
  }
}

function setUp(connection: Connection, path: string): void {
  const mode = connection.value('PRAGMA journal_mode = WAL')
  if (mode !== 'wal') {
    const message = `${path} is on a file system that cannot keep a write-ahead log: move it to a local disk`
    throw new OperationalError('STORE_UNAVAILABLE', message)
  }
}

function closeBoth(connection: Connection, lock: { release(): void }): void {
  try {
    connection.close()
  } finally {
    lock.release()
  }
}

function guarded<T>(path: string, open: () => T): T {
  try {
    return open()
  } catch (error) {
    throw readFault(error, path)
  }
}
