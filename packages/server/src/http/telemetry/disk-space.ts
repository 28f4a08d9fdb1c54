import { stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'

export interface DiskSpace {
  /** The file, and what SQLite keeps beside it. */
  readonly bytes: number
  readonly freeBytes: number
}

/** How much an SQLite file takes, and how much room its disk has left for whoever may write there. */
export async function diskSpace(file: string): Promise<DiskSpace> {
  const sizes = await Promise.all(
    ['', '-wal'].map(async (more) => {
      const found = await stat(`${file}${more}`).catch(() => null)
      return found?.size ?? 0
    }),
  )
  const { bavail, bsize } = await statfs(dirname(file))
  return { bytes: sizes.reduce((sum, size) => sum + size), freeBytes: bavail * bsize }
}
