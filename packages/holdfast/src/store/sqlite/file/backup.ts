import { chmodSync, closeSync, existsSync, linkSync, openSync, rmSync, unlinkSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { backup } from 'node:sqlite'

import { OperationalError } from '../../../model/operational-error.ts'
import type { Connection } from './connection.ts'
import { makeOwn } from './log-bond.ts'
import { syncFile, syncFolder } from './sync.ts'

/** Pages in one step, after which the progress is reported: 1 MB. */
const PAGES = 256

/**
 * Copies the file as it stands now, beside a running writer: the connection's open read transaction
 * keeps the copy from starting again with every commit. It grows under another name, so that what
 * bears the wanted name is complete and on the disk; a file that is there already is never replaced. If `stop` is no
 * longer 0, it gives up and leaves nothing.
 */
export async function backupTo(
  connection: Connection,
  wanted: string,
  stop: Int32Array,
  report: (done: number) => void,
): Promise<void> {
  const path = resolve(wanted)
  if (existsSync(path)) throw refused(`${path} exists already, and a backup replaces nothing`)
  if (!existsSync(dirname(path))) throw refused(`the folder ${dirname(path)} does not exist`)
  const partial = `${path}.${process.pid}-${Date.now()}.partial`
  try {
    closeSync(openSync(partial, 'wx', 0o600))
    await backup(connection.db, partial, {
      rate: PAGES,
      progress: ({ totalPages, remainingPages }) => {
        if (Atomics.load(stop, 0) !== 0) throw new Error('it was aborted')
        if (totalPages > 0) report((totalPages - remainingPages) / totalPages)
      },
    })
    makeOwn(partial)
    chmodSync(partial, 0o600)
    syncFile(partial)
    linkSync(partial, path) // fails if somebody made the file meanwhile
    unlinkSync(partial)
    syncFolder(path)
    report(1)
  } catch (error) {
    rmSync(partial, { force: true })
    for (const end of ['-journal', '-wal', '-shm']) rmSync(partial + end, { force: true })
    const message = `the backup ${path} could not be written: ${(error as Error).message}`
    throw new OperationalError('STORE_UNAVAILABLE', message, { cause: error })
  }
}

function refused(message: string): OperationalError {
  return new OperationalError('STORE_UNAVAILABLE', message)
}
