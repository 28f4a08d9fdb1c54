import { accessSync, constants, existsSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

import { OperationalError } from '../../../model/operational-error.ts'

export interface FoundFile {
  /** Without symbolic links: two names of one file must meet at one lock. */
  readonly path: string
  /** Whether something is in the file already. */
  readonly exists: boolean
}

const OPEN_FIRST = 'open it for writing first'

/**
 * Looks where the file is or would be, without opening it: closing a file by other means than SQLite's
 * drops the locks that this process holds on it. @throws OperationalError
 */
export function findFile(given: string, readOnly: boolean, advice = OPEN_FIRST): FoundFile {
  if (!isFilePath(given)) {
    throw unavailable(`an SQLite store needs the path of a file, not '${given}'`)
  }
  const wanted = resolve(given)
  const found = real(wanted)
  const folder = real(dirname(found ?? wanted))
  if (folder === null)
    throw unavailable(`the folder ${dirname(wanted)} does not exist: make it first`)
  const path = found ?? join(folder, basename(wanted))
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats !== undefined && !stats.isFile())
    throw unavailable(`${path} is not a file: use another path`)
  const exists = stats !== undefined && stats.size > 0
  if (stats !== undefined && stats.nlink > 1) mustHaveItsLog(path, stats.nlink, readOnly)
  if (readOnly) {
    if (!exists) throw unavailable(`${path} does not exist, or holds nothing yet: ${advice}`)
    if (!may(path, constants.R_OK))
      throw unavailable(`${path} cannot be read: check its permissions`)
    return { path, exists }
  }
  if (stats !== undefined && !may(path, constants.R_OK | constants.W_OK)) {
    throw new OperationalError(
      'STORE_READ_ONLY',
      `${path} cannot be written: check its permissions, or open it for reading only`,
    )
  }
  if (!may(folder, constants.W_OK | constants.X_OK)) {
    throw unavailable(
      `the folder ${folder} cannot be written, and SQLite keeps its log there: check its permissions`,
    )
  }
  return { path, exists }
}

/**
 * Hard links, which no name is seen through: log and lock lie beside one of the names. Under another the
 * file would be written by two, and what its log holds would be sold again. It may be read by the name that
 * has a log.
 */
function mustHaveItsLog(path: string, names: number, readOnly: boolean): void {
  if (readOnly && existsSync(`${path}-wal`)) return
  const message =
    `${path} has ${names} names (hard links), and its log goes by one of them: ` +
    `remove the other names (find -samefile lists them), or open a copy of the file`
  throw unavailable(message)
}

/** SQLite takes some names for something else than a file. */
export function isFilePath(given: string): boolean {
  return given !== '' && given !== ':memory:' && !given.startsWith('file:')
}

/** Of a file and its log. */
export function fileBytes(path: string): number {
  const sizes = [path, `${path}-wal`].map((name) => statSync(name, { throwIfNoEntry: false })?.size)
  return sizes.reduce<number>((sum, size = 0) => sum + size, 0)
}

function real(path: string): string | null {
  try {
    return realpathSync(path)
  } catch {
    return null
  }
}

function may(path: string, mode: number): boolean {
  try {
    accessSync(path, mode)
    return true
  } catch {
    return false
  }
}

function unavailable(message: string): OperationalError {
  return new OperationalError('STORE_UNAVAILABLE', message)
}
