import { chmodSync, lstatSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

import { OperationalError } from '../../../model/operational-error.ts'
import { BUSY, codeOf } from './faults.ts'
import { giveToOwnerOf } from './owner.ts'

/**
 * The writer's lock: an exclusive transaction held on a file of its own beside the data. (Node has no
 * `flock`, and a lock on the data itself would keep readers out.) It is gone with the process that
 * held it, however that ended; the empty file that stays means nothing.
 * @throws OperationalError STORE_LOCKED, STORE_UNAVAILABLE
 */
export function lockFor(path: string): { release(): void } {
  const file = `${path}.lock`
  // Followed by root, it would give away, or take from others, what it leads to.
  if (lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true) {
    const message = `${file} is a link, and not the lock that was made beside the file: remove it`
    throw new OperationalError('STORE_UNAVAILABLE', message)
  }
  let db: DatabaseSync | undefined
  try {
    db = new DatabaseSync(file, { timeout: 0 })
    db.exec('BEGIN EXCLUSIVE')
    chmodSync(file, 0o600)
    giveToOwnerOf(path, file)
  } catch (error) {
    db?.close()
    if (codeOf(error) === BUSY) {
      const message = `${path} is open for writing already, and only one process can write it: close it there, or open it here for reading only`
      throw new OperationalError('STORE_LOCKED', message, { cause: error })
    }
    const message = `${file} cannot be locked: ${(error as Error).message}; it needs a local disk, and must be writable`
    throw new OperationalError('STORE_UNAVAILABLE', message, { cause: error })
  }
  return { release: () => db.close() }
}
