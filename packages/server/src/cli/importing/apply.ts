import { LIMITS, type Inventory } from 'holdfast'
import type { SourceFile } from '../input/source-file.ts'
import { stockRows } from './check.ts'
import type { StockRow } from './stock-row.ts'

/** The mark under which an import of this very file notes how many rows are in. */
function markName(sha256: string): string {
  return `import:${sha256}`
}

export async function rowsDone(inventory: Inventory, sha256: string): Promise<number> {
  return Number((await inventory.mark(markName(sha256))) ?? 0)
}

/**
 * Takes the rows behind the first `done` in, up to 1,000 in one transaction with the mark that says
 * so: interrupted and run again, an import goes on where it was.
 */
export async function applyRows(
  inventory: Inventory,
  file: SourceFile,
  sha256: string,
  done: number,
  actor: string | undefined,
  onProgress: (rows: number) => void,
): Promise<void> {
  let rows = 0
  let waiting: StockRow[] = []
  const apply = async (): Promise<void> => {
    const commands = waiting.map(
      ({ warehouseId, productId, qty }) =>
        ({ verb: 'addStock', warehouseId, productId, qty, source: 'IMPORT' }) as const,
    )
    const marks = [{ name: markName(sha256), value: String(rows) }]
    waiting = []
    await inventory.atomically({ commands, ...(actor === undefined ? {} : { actor }) }, { marks })
    onProgress(rows)
  }
  for await (const some of stockRows(file)) {
    for (const row of some) {
      if ('problem' in row || row.qty === 0 || ++rows <= done) continue
      waiting.push(row)
      if (waiting.length === LIMITS.commands) await apply()
    }
  }
  if (waiting.length > 0) await apply()
}
