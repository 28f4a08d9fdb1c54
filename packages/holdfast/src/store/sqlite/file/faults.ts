import { OperationalError, type FailureCode } from '../../../model/operational-error.ts'
import { StoreFailure, type CommitOutcome } from '../../failure.ts'

/** SQLite's result codes, without what is in the upper bytes of extended ones. */
export const BUSY = 5
const LOCKED = 6
const READONLY = 8
const IOERR = 10
const CORRUPT = 11
const FULL = 13
const CANTOPEN = 14
const CONSTRAINT = 19
const NOTADB = 26
const READONLY_CANTINIT = READONLY | (5 << 8)
const READONLY_DIRECTORY = READONLY | (6 << 8)
const IOERR_WRITE = IOERR | (3 << 8)
const IOERR_FSYNC = IOERR | (4 << 8)
const IOERR_DIR_FSYNC = IOERR | (5 << 8)

/** SQLite's extended code of what was thrown; 0 if it is not SQLite's. Deno gives no code, but the text of a busy file. */
export function codeOf(error: unknown): number {
  const { errcode, message } = error as { errcode?: unknown; message?: unknown }
  if (typeof errcode === 'number') return errcode
  return message === 'database is locked' ? BUSY : 0
}

/** A stored number beyond 2^53−1: node:sqlite throws when it is read, and we never write one. */
function isTooLarge(error: unknown): boolean {
  return (error as { code?: unknown }).code === 'ERR_OUT_OF_RANGE'
}

/** What an error while opening or reading says about the file. */
export function readFault(error: unknown, path: string): unknown {
  if (error instanceof OperationalError) return error
  const code = codeOf(error)
  if (code === 0 && !isTooLarge(error)) return error
  const [failureCode, what, advice] = isTooLarge(error)
    ? (['STORE_DAMAGED', 'holds a number that was never written by this program', RESTORE] as const)
    : readCode(code)
  const message = `${path} ${what}: ${(error as Error).message}; ${advice}`
  return new OperationalError(failureCode, message, { cause: error })
}

const NEEDS = 'SQLite makes the files -wal and -shm beside it, even to read it'
const FOLDER = `make the folder writable, or copy the file elsewhere. ${NEEDS}`
const RESTORE = 'verify it, then rebuild it or restore a backup'

function readCode(extended: number): readonly [code: FailureCode, what: string, advice: string] {
  // Told of reads, too: what reads a log shares its index, a file, with what writes it.
  if (extended === READONLY_DIRECTORY || extended === READONLY_CANTINIT)
    return ['STORE_UNAVAILABLE', 'cannot be opened in its folder', FOLDER]
  switch (extended & 0xff) {
    case NOTADB:
      return [
        'STORE_DAMAGED',
        'is not an SQLite file, or its first page is damaged',
        'check the path, or restore a backup',
      ]
    case CORRUPT:
      return ['STORE_DAMAGED', 'is damaged', RESTORE]
    case READONLY:
      return [
        'STORE_READ_ONLY',
        'cannot be written',
        'check its permissions, or open it for reading only',
      ]
    case BUSY:
    case LOCKED:
      return ['STORE_UNAVAILABLE', 'is locked by another program', 'close it there']
    case CANTOPEN:
      return [
        'STORE_UNAVAILABLE',
        'cannot be opened',
        `check the path and its permissions, or copy the file, with a -wal beside it, to a folder that can be written. ${NEEDS}`,
      ]
    case FULL:
      return ['STORE_UNAVAILABLE', 'does not fit on the disk', 'make room there']
    case IOERR:
      return ['STORE_UNAVAILABLE', 'cannot be read', 'check the disk']
    default:
      return ['STORE_DAMAGED', 'is not what this program writes', RESTORE]
  }
}

/** What an error before COMMIT says: nothing was written, and everything was rolled back. */
export function writeFault(error: unknown): StoreFailure {
  if (error instanceof StoreFailure) return error
  const code = codeOf(error)
  const passing = [BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN].includes(code & 0xff)
  // What is left is corruption, a CHECK that tripped, or a bug: must not be tried again.
  return failure(error, 'not-committed', !passing || isFsync(code))
}

/** What an error of COMMIT itself says. */
export function commitFault(error: unknown): StoreFailure {
  const extended = codeOf(error)
  const code = extended & 0xff
  // A full disk is noticed while the log is written, a lock before that: neither leaves a commit. So
  // is a write that fails (a quota, a limit of file sizes): SQLite goes no further than that write,
  // the frame that would make it a commit is not there, and the next commit writes over the rest.
  const known = code === FULL || code === BUSY || code === CONSTRAINT || extended === IOERR_WRITE
  return failure(error, known ? 'not-committed' : 'unknown', !known || code === CONSTRAINT)
}

/** Nobody knows what of the written pages is on the disk after this. */
function isFsync(code: number): boolean {
  return code === IOERR_FSYNC || code === IOERR_DIR_FSYNC
}

function failure(error: unknown, outcome: CommitOutcome, fatal: boolean): StoreFailure {
  return new StoreFailure((error as Error).message, { outcome, fatal, cause: error })
}
