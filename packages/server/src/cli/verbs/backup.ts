import { resolve } from 'node:path'
import { Argument } from 'commander'
import type { CommandLine } from '../command-line.ts'
import { EXIT } from '../exit-code.ts'
import { withFile } from '../open-inventory.ts'
import { interruptible } from '../interruptible.ts'
import { json } from '../output/json.ts'
import { clearProgress, progress } from '../output/progress.ts'
import { print } from '../output/streams.ts'
import { described, sayWhatToDo, verifyShown } from '../output/verdict.ts'
import { backupPath, mustBeNew } from '../store-of.ts'
import { addVerb } from '../verb.ts'

export function addBackup(line: CommandLine): void {
  addVerb<object>(
    line,
    {
      name: 'backup',
      group: 'Files:',
      summary: 'Copy the inventory while it is in use, and verify the copy',
      args: [new Argument('<file>', 'a new file')],
      onlyDb: true,
      more: 'The copy is an inventory like any other: every verb takes it as --db.',
    },
    async ({ db, json: asJson, args }) => {
      const copy = backupPath(args[0]!)
      await mustBeNew(copy, 'A backup never overwrites a file: name a new one.')
      const onProgress = (done: number): void => progress('copying', Math.floor(done * 1000), 1000)
      await interruptible((signal) =>
        withFile(db, true, (inventory) => inventory.backup(copy, { onProgress, signal }), 'long'),
      )
      clearProgress()
      const verdict = await withFile(copy, true, (inventory) => verifyShown(inventory), 'long')
      const path = resolve(copy)
      await print(asJson ? json({ path, verdict }) : `${described(verdict)}\n${path}`)
      sayWhatToDo(verdict)
      return verdict.ok ? EXIT.done : EXIT.failed
    },
  )
}
