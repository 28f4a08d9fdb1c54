import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openInventory, type Remembered } from '../../../src/index.ts'
import { RUN_COMMITS } from '../../../src/postings/run.ts'
import { sqlite } from '../../../src/store/sqlite/index.ts'
import type { Store } from '../../../src/store/store.ts'
import { WAREHOUSES } from './traffic.ts'

/** So many commits are missing to the end of a run. */
const LEFT = 10

/** Adds commits without postings, until the next few end a run. Returns the end of the trail. */
export async function fillNearRun(path: string): Promise<Remembered> {
  const store = sqlite({ path, worker: false })
  let posted = 0
  const unposted: Store = {
    kind: store.kind,
    open: async (options) => {
      const open = await store.open(options)
      posted = (await open.postings!.watermark()).commit
      return { ...open, postings: null }
    },
  }
  await using inventory = await openInventory({ store: unposted, warehouses: WAREHOUSES })
  const at = { warehouseId: 'SF', productId: 'SOCK' }
  for (;;) {
    const head = await inventory.head()
    if (head.commit >= posted + RUN_COMMITS - LEFT) return head
    await inventory.addStock({ ...at, qty: 1, source: 'S', actor: `clerk-${head.seq % 50}` })
    await inventory.reserve({ ...at, qty: 1, ttlMs: 3_600_000, owner: `customer-${head.seq}` })
  }
}

/** Whether a process that was killed had written some rows of a run, and not all. */
export function isInRun(path: string): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-copy-'))
  try {
    // Opening the file itself would tidy up what the next process has to find.
    const copy = join(folder, 'shop.db')
    for (const end of ['', '-wal']) if (existsSync(path + end)) copyFileSync(path + end, copy + end)
    const db = new DatabaseSync(copy)
    const sql =
      'SELECT EXISTS (SELECT 1 FROM posting WHERE run >= (SELECT seq FROM posting_watermark)) AS found'
    const { found } = db.prepare(sql).get() as { found: number }
    db.close()
    return found === 1
  } finally {
    rmSync(folder, { recursive: true })
  }
}
