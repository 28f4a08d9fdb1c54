import { Argument } from 'commander'
import { copyInventory } from 'holdfast'
import type { CommandLine } from '../command-line.ts'
import { EXIT } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { interruptible } from '../interruptible.ts'
import { withFile } from '../open-inventory.ts'
import { counted } from '../output/counted.ts'
import { json } from '../output/json.ts'
import { clearProgress, progress } from '../output/progress.ts'
import { print } from '../output/streams.ts'
import { described, sayWhatToDo, verifyShown } from '../output/verdict.ts'
import { mustExist, shownPlace, storeOf } from '../store-of.ts'
import { addVerb } from '../verb.ts'

const MORE = `To PostgreSQL, or back to a file. The trail comes with it, so ids, times and
hashes stay; so do tokens, webhooks, consumers and idempotency keys. End all
that writes the inventory before: what comes later is not copied, and then this
fails. The copy is verified. On PostgreSQL run it as the schema's owner.

Example:
  holdfast copy --db stock.db 'postgres://user@host/shop?schema=stock'`

export function addCopy(line: CommandLine): void {
  addVerb<object>(
    line,
    {
      name: 'copy',
      group: 'Files:',
      summary: 'Copy the inventory to another database',
      args: [new Argument('<to>', 'a new file, or postgres://…')],
      onlyDb: true,
      more: MORE,
    },
    async ({ db, json: asJson, args }) => {
      const to = args[0]!
      mustExist(db)
      const stores = { from: storeOf(db, {}), to: storeOf(to, { make: true }) }
      await interruptible((signal) =>
        copyInventory(stores, {
          signal,
          onProgress: ({ seq, of }) => progress('copying', seq, of),
        }),
      )
      clearProgress()
      const verdict = await withFile(to, true, (inventory) => verifyShown(inventory), 'long')
      const place = shownPlace(to)
      const head = await withFile(db, true, (inventory) => inventory.head())
      if (verdict.ok && head.hash !== verdict.hash) throw tooOld(place, head.seq - verdict.seq)
      await print(asJson ? json({ place, verdict }) : `${described(verdict)}\n${place}`)
      sayWhatToDo(verdict)
      return verdict.ok ? EXIT.done : EXIT.failed
    },
  )
}

/** Else what was sold meanwhile would be for sale again. */
function tooOld(place: string, missing: number): Failure {
  const what =
    missing === 0
      ? 'a token or a document was written after the copy began, and is not in it'
      : `${counted(missing, 'entry', 'entries')} came after the copy began, and ${missing === 1 ? 'is' : 'are'} not in it`
  const hint = `End what writes the inventory, remove ${place}, and copy again.`
  return new Failure(what, hint)
}
