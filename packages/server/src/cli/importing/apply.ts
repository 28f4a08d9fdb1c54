import { createHash, randomUUID } from 'node:crypto'
import { InventoryError, OperationalError } from 'holdfast'
import { Failure, Refusal } from '../failure.ts'
import type { AnyInventory } from '../open-inventory.ts'
import { counted } from '../output/counted.ts'
import { commandsOf, type Commands, type Earlier, type Manner } from './pieces.ts'
import type { StockTable, TableLevel } from './stock-table.ts'

/** Imports the pieces that are not imported yet. Each is imported once, as a whole or not at all. */
export async function applyPieces(
  inventory: AnyInventory,
  table: StockTable,
  pieces: readonly (readonly TableLevel[])[],
  earlier: Earlier,
  manner: Manner,
  onProgress: (levels: number) => void,
): Promise<void> {
  const { actor, asOf, ifSeq } = manner
  const reference = { type: 'import', id: table.digest }
  const how = createHash('sha256')
    .update(JSON.stringify([actor, asOf, ifSeq]))
    .digest('hex')
    .slice(0, 8)
  let levels = pieces.slice(0, earlier.done).reduce((sum, piece) => sum + piece.length, 0)
  for (const [index, piece] of pieces.entries()) {
    if (index < earlier.done) continue
    const owners: TableLevel[] = []
    const commands = piece.flatMap((level): Commands => {
      const some = commandsOf(level, manner, level === piece.at(-1))
      owners.push(...some.map(() => level))
      return some
    })
    // The table and the piece in it: what an interrupted run has sent is not done again.
    const key = `import:${table.digest}:${earlier.runs}:${index}:${how}`
    const send = (idempotencyKey: string): Promise<unknown> =>
      inventory.atomically({
        commands,
        reference,
        idempotencyKey,
        ...(actor === undefined ? {} : { actor }),
      })
    try {
      await send(key).catch((error: unknown) => {
        if (!(error instanceof InventoryError) || error.code === 'IDEMPOTENCY_CONFLICT') throw error
        // A key keeps its refusal for a day. Nothing was done under it, and the reason may be gone.
        return send(`${key}:${randomUUID()}`)
      })
    } catch (error) {
      if (error instanceof InventoryError) throw refused(error, owners, levels, piece.length)
      if (error instanceof OperationalError) throw failed(error, levels, table.levels.length)
      throw error
    }
    levels += piece.length
    onProgress(levels)
  }
}

function failed({ code, message }: OperationalError, before: number, of: number): Failure {
  const done = `${before.toLocaleString('en')} of ${counted(of, 'level')} ${before === 1 ? 'is' : 'are'} in`
  const hint = `${done}, perhaps some more. To go on, run it again with the\nsame table.`
  return new Failure(message, hint, code)
}

function refused(
  { code, message, details }: InventoryError,
  owners: readonly TableLevel[],
  before: number,
  rows: number,
): Refusal {
  const { index, ...others } = details
  const line = index === undefined ? undefined : owners[index]?.lines.at(-1)
  const where = line === undefined ? '' : `line ${line}: `
  const rest =
    before === 0
      ? 'nothing was taken in'
      : `${counted(before, 'level')} before ${rows === 1 ? 'it' : 'them'} ${before === 1 ? 'is' : 'are'} in; run it again with the same table to go on`
  return new Refusal(
    code,
    `${where}${message}; of ${counted(rows, 'level')} nothing was done, ${rest}`,
    {
      ...others,
      line,
      before,
    },
  )
}
