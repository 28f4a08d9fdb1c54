import { Argument } from 'commander'
import type { Inventory } from 'holdfast'
import type { CommandLine } from '../command-line.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { SourceFile } from '../input/source-file.ts'
import { withFile, withWriter, type AnyInventory } from '../open-inventory.ts'
import { json } from '../output/json.ts'
import { progress } from '../output/progress.ts'
import { print, say } from '../output/streams.ts'
import { addVerb, optional } from '../verb.ts'
import { applyRows, intoDatabase, intoService, type Intake } from './apply.ts'
import { checkRows, type Checked } from './check.ts'
import type { BadRow } from './stock-row.ts'

const MORE = `The first line names the columns: warehouseId,productId,qty; with a
column unsellable, that many of qty come in as units that may not be sold; other
columns are ignored. The file is checked as a whole first: if any row is bad,
every bad row is reported with its line, nothing is taken in, and the exit code
is 3. Rows are added to what is there.

Interrupted and run again with the same file, it continues; a file that is in
already is not taken in twice. With --url, the service knows it for as long as it
keeps idempotency keys: a day.

Example: holdfast import opening.csv --db shop.db`

interface ImportFlags {
  readonly dryRun?: true
  readonly actor?: string
}

export function addImport(line: CommandLine): void {
  addVerb<ImportFlags>(
    line,
    {
      name: 'import',
      group: 'Files:',
      summary: 'Take opening stock in from a CSV file: all of it, or nothing',
      args: [new Argument('<file>', 'a .csv or .csv.gz')],
      flags: [
        optional('--dry-run', 'only check the file'),
        optional('--actor <text>', 'who does it; stands in the trail'),
      ],
      more: MORE,
    },
    async ({ target, json: asJson, flags, args }) => {
      await using file = await SourceFile.open(args[0]!)
      const sha256 = await file.digest()
      const run = (inventory: AnyInventory, intake: Intake): Promise<ExitCode> =>
        importFile(inventory, intake, file, flags, asJson)
      if ('url' in target)
        return await withWriter(target, (shop) => run(shop, intoService(shop, sha256)))
      const readOnly = flags.dryRun === true
      const use = (shop: Inventory) => run(shop, intoDatabase(shop, sha256))
      return await withFile(target.db, readOnly, use, 'long')
    },
  )
}

async function importFile(
  inventory: AnyInventory,
  intake: Intake,
  file: SourceFile,
  flags: ImportFlags,
  asJson: boolean,
): Promise<ExitCode> {
  const done = await intake.done()
  const bad: BadRow[] = []
  const onBad = (line: number, problem: string): void => {
    if (asJson) bad.push({ line, problem })
    else say(`line ${line}: ${problem}`)
  }
  const onProgress = (): void => progress('checking', file.read, file.bytes)
  const checked = await checkRows(file, inventory, done, onBad, onProgress)
  if (checked.bad > 0) {
    if (asJson) await print(json({ ok: false, ...checked, badRows: bad }))
    else say(`refused: ${checked.bad} bad rows; nothing was taken in`)
    return EXIT.refused
  }
  if (flags.dryRun !== true) {
    await applyRows(intake, file, done, flags.actor, (rows) =>
      progress('importing', rows, checked.rows),
    )
  }
  await print(
    asJson ? json({ ok: true, ...checked, before: done }) : described(checked, done, flags),
  )
  return EXIT.done
}

function described({ rows, units, empty }: Checked, done: number, flags: ImportFlags): string {
  const size = `${rows.toLocaleString('en')} rows, ${units.toLocaleString('en')} units`
  const nothing = empty === 0 ? '' : `; ${empty} rows say 0`
  if (flags.dryRun === true) return `fine: ${size}${nothing}`
  if (done === rows && rows > 0) return `this file is in already: ${size}; nothing was added`
  const before = done === 0 ? '' : ` (${done.toLocaleString('en')} rows of them by an earlier run)`
  return `imported: ${size}${before}${nothing}`
}
