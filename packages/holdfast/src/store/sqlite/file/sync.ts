import { closeSync, fsyncSync, openSync } from 'node:fs'
import { dirname } from 'node:path'

/** Returns when what was written to the file is on the disk. */
export function syncFile(path: string): void {
  sync(path, 'r+')
}

/** The same for the names in the file's folder. Windows has no such thing. */
export function syncFolder(path: string): void {
  if (process.platform !== 'win32') sync(dirname(path), 'r')
}

function sync(path: string, flags: 'r' | 'r+'): void {
  const file = openSync(path, flags)
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
