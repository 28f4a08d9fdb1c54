import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Inventory } from 'holdfast'
import { Refreshed } from './refreshed.ts'

const STALE_MS = 5_000

/** The size of the store as last read; null if it cannot be read. */
export class StoreBytes {
  bytes: number | null = null
  readonly #refreshed: Refreshed

  constructor(inventory: Inventory) {
    this.#refreshed = new Refreshed(STALE_MS, async () => {
      this.bytes = await inventory.storeBytes().catch(() => null)
    })
  }

  refresh(waitMs: number): Promise<void> {
    return this.#refreshed.refresh(waitMs)
  }
}

/** Free space for this user on the disk of a file, in bytes; null if unknown. */
export async function freeBytes(file: string): Promise<number | null> {
  const found = await statfs(dirname(file)).catch(() => null)
  return found === null ? null : found.bavail * found.bsize
}
