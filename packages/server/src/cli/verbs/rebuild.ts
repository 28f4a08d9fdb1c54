import { rebuild, type Rebuilt } from 'holdfast'
import type { CommandLine } from '../command-line.ts'
import { EXIT } from '../exit-code.ts'
import { withFile } from '../open-inventory.ts'
import { counted } from '../output/counted.ts'
import { json } from '../output/json.ts'
import { clearProgress, progress } from '../output/progress.ts'
import { print } from '../output/streams.ts'
import { described, sayWhatToDo, verifyShown } from '../output/verdict.ts'
import { mustExist, storeOf } from '../store-of.ts'
import { addVerb } from '../verb.ts'

const MORE = `For a fault in levels, reservations, transfers or warehouses. No other process
may write meanwhile. If the log itself has a fault, nothing is changed: restore
a backup. On PostgreSQL run it as the schema's owner. Verifies afterwards.

Example:
  holdfast verify --db stock.db || holdfast rebuild --db stock.db`

export function addRebuild(line: CommandLine): void {
  addVerb<object>(
    line,
    {
      name: 'rebuild',
      group: 'Files:',
      summary: 'Rebuild the counts and records from the log',
      onlyDb: true,
      more: MORE,
    },
    async ({ db, json: asJson }) => {
      mustExist(db)
      const rebuilt = await rebuild(storeOf(db, { threads: true }), {
        onProgress: ({ seq, of }) => progress('rebuilding', seq, of),
      })
      clearProgress()
      const verdict = await withFile(db, true, (inventory) => verifyShown(inventory), 'long')
      await print(
        asJson ? json({ ...rebuilt, verdict }) : `${told(rebuilt)}\n${described(verdict)}`,
      )
      sayWhatToDo(verdict, { isRebuilt: true })
      return verdict.ok ? EXIT.done : EXIT.failed
    },
  )
}

function told({ seq, levels, reservations, transfers, warehouses }: Rebuilt): string {
  const made = [
    counted(warehouses, 'warehouse'),
    counted(levels, 'level'),
    counted(reservations, 'reservation'),
    counted(transfers, 'transfer'),
  ]
  return `rebuilt from ${counted(seq, 'entry', 'entries')}: ${made.join(', ')}`
}
