import { LIMITS, type Inventory } from 'holdfast'
import type { AnyInventory } from '../open-inventory.ts'
import type { SourceFile } from '../input/source-file.ts'
import { stockRows } from './check.ts'
import type { StockRow } from './stock-row.ts'

type Commands = Parameters<AnyInventory['atomically']>[0]['commands']

/** Takes rows in, each piece once, and knows how many are in already. */
export interface Intake {
  /** Rows of this very file that earlier runs took in, as far as it can tell. */
  readonly done: () => Promise<number>
  /** Takes the commands in; `rows` is how far the file is read with them. */
  readonly take: (commands: Commands, rows: number, actor: string | undefined) => Promise<unknown>
}

/** Into a database: each piece commits, with its rows, a document that says how far the file is in. */
export function intoDatabase(inventory: Inventory, sha256: string): Intake {
  const name = `import:${sha256}`
  return {
    done: async () => Number((await inventory.document(name)) ?? 0),
    take: (commands, rows, actor) =>
      inventory.atomically({ commands, actor }, { documents: [{ name, value: String(rows) }] }),
  }
}

/** Into a service: each piece has an idempotency key of its own, made of the file and its last row. */
export function intoService(inventory: AnyInventory, sha256: string): Intake {
  return {
    done: () => Promise.resolve(0),
    take: (commands, rows) =>
      inventory.atomically({ commands, idempotencyKey: `import:${sha256}:${rows}` }),
  }
}

/**
 * Takes the rows behind the first `done` in, up to 1,000 in one commit: interrupted and run again, an import
 * continues.
 */
export async function applyRows(
  intake: Intake,
  file: SourceFile,
  done: number,
  actor: string | undefined,
  onProgress: (rows: number) => void,
): Promise<void> {
  let rows = 0
  let waiting: Commands[number][] = []
  const apply = async (): Promise<void> => {
    const commands = waiting
    waiting = []
    await intake.take(commands, rows, actor)
    onProgress(rows)
  }
  for await (const some of stockRows(file)) {
    for (const row of some) {
      if ('problem' in row || row.qty === 0) continue
      const commands = rows < done ? [] : commandsOf(row)
      // The commands of a row go together: how far the file is in, is said in rows.
      if (waiting.length + commands.length > LIMITS.commands) await apply()
      rows++
      waiting.push(...commands)
    }
  }
  if (waiting.length > 0) await apply()
}

function commandsOf({ warehouseId, productId, qty, unsellable }: StockRow): Commands[number][] {
  const add = { verb: 'addStock', warehouseId, productId, source: 'IMPORT' } as const
  return [
    ...(qty > unsellable ? [{ ...add, qty: qty - unsellable }] : []),
    ...(unsellable > 0 ? [{ ...add, qty: unsellable, into: 'unsellable' } as const] : []),
  ]
}
