import { chmodSync, constants, copyFileSync, existsSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { OperationalError } from '../../../model/operational-error.ts'
import { findFile } from './file-path.ts'
import { lockFor } from './lock.ts'
import { logBytes, makeOwn } from './log-bond.ts'
import { openToWrite } from './open-file.ts'
import { giveToOwnerOf } from './owner.ts'
import { syncFile, syncFolder } from './sync.ts'

/** As `restoreSqlite` says. */
export function restore({ from, to }: { from: string; to: string }): readonly string[] {
  const { path: source } = findFile(from, true, 'give the path of a backup')
  const { path, exists } = findFile(to, false)
  if (source === path) throw refused(`${path} cannot be restored from itself`)
  const sourceLock = lockOf(source)
  try {
    if (logBytes(source) > 0)
      throw refused(`${source} was not closed: its newest commits stand in the log beside it`)
    // The old file gets all that its log holds, if that is its log.
    if (exists) settle(path)
    return putInPlace(source, path, exists)
  } finally {
    sourceLock?.release()
  }
}

/**
 * Nobody writes the source while it is copied: an empty log says nothing of what comes. Whoever may write it
 * has made the lock's file; a backup has none, and may lie where none can be made. @throws STORE_LOCKED
 */
function lockOf(source: string): { release(): void } | null {
  if (!existsSync(`${source}.lock`)) return null
  try {
    return lockFor(source)
  } catch (error) {
    if ((error as OperationalError).code === 'STORE_LOCKED') throw error
    return null
  }
}

function putInPlace(source: string, path: string, exists: boolean): readonly string[] {
  const lock = lockFor(path)
  const now = Date.now()
  const partial = `${path}.${process.pid}-${now}.partial`
  try {
    copyFileSync(source, partial, constants.COPYFILE_EXCL)
    chmodSync(partial, 0o600)
    makeOwn(partial)
    // Of a file that is lost, the folder knows whose it was.
    giveToOwnerOf(exists ? path : dirname(path), partial)
    syncFile(partial)
    const aside = setAside(path, freeName(path, now))
    renameSync(partial, path)
    giveToOwnerOf(path, `${path}.lock`)
    syncFolder(path)
    return aside
  } catch (error) {
    for (const end of ['', '-wal', '-shm']) rmSync(partial + end, { force: true })
    if (error instanceof OperationalError) throw error
    throw refused(`${path} could not be restored: ${(error as Error).message}`, error)
  } finally {
    lock.release()
  }
}

function settle(path: string): void {
  try {
    openToWrite(path, 1024).close()
  } catch (error) {
    // One that is damaged is kept as it is, with its log: that is when a copy is wanted.
    if (!(error instanceof OperationalError) || error.code !== 'STORE_DAMAGED') throw error
  }
}

/** By the millisecond; the next one if a file that was kept has it already. */
function freeName(path: string, time: number): string {
  const when = new Date(time).toISOString().replaceAll(/[-:.]/g, '')
  const name = `${path}.before-${when}`
  return ['', '-wal', '-shm'].some((end) => existsSync(name + end))
    ? freeName(path, time + 1)
    : name
}

/** A copy of the old file, so that it bears its name until the new one does; a log that is left is moved. */
function setAside(path: string, name: string): string[] {
  const names: string[] = []
  if (existsSync(path)) {
    copyFileSync(path, name, constants.COPYFILE_EXCL)
    syncFile(name)
    names.push(name)
  }
  for (const end of ['-wal', '-shm']) {
    if (!existsSync(path + end)) continue
    renameSync(path + end, name + end)
    names.push(name + end)
  }
  syncFolder(path)
  return names
}

function refused(message: string, cause?: unknown): OperationalError {
  return new OperationalError('STORE_UNAVAILABLE', message, { cause })
}
