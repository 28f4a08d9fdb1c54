import { Argument } from 'commander'
import { COMMANDS } from 'holdfast/model'
import type { CommandLine } from '../command-line.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { Failure, Refusal, UsageError } from '../failure.ts'
import { fieldFlag } from '../flags/field-flag.ts'
import { SourceFile } from '../input/source-file.ts'
import { withReader, withWriter, type AnyInventory } from '../open-inventory.ts'
import { counted } from '../output/counted.ts'
import { json } from '../output/json.ts'
import { progress } from '../output/progress.ts'
import { print, say } from '../output/streams.ts'
import { isoTime } from '../output/time.ts'
import { addVerb, optional } from '../verb.ts'
import { applyPieces } from './apply.ts'
import { badLevels, mustBeEmpty } from './check.ts'
import { KnownStock } from './known-stock.ts'
import { earlierRuns, piecesOf, type Earlier, type Manner } from './pieces.ts'
import { described, reportOf, sayNotes } from './report.ts'
import { freedOf, mustFreeNone, saysAvailable, unitsOf } from './reserved.ts'
import type { BadRow } from './stock-row.ts'
import { readStockTable, type StockTable } from './stock-table.ts'

const MORE = `The first line names the columns: warehouseId,productId,qty; or like Warehouse,
SKU, Quantity. With a column unsellable, that many units of qty may not be sold.
Other columns are ignored. Cells may be separated by , or ; or tabs.

Rows go into levels without stock. If a level has stock, say what the row means:
--add puts the units on top, --set is a count: the level becomes what the file
says. The file is checked as a whole first. If any row is bad, nothing is
imported, and the exit code is 3. The first hundred bad rows are named with
their lines; --json names every one.

With the columns held and allocated of an export, a table is refused whose units
are held or sold there: imported, they are available, and can be sold again.
With --reserved-as-available they come in.

If it is interrupted, run it again with the same table, and it continues. A
table that was imported before is recognized by its rows, in any order and file,
and is refused, unless you say --again.

Examples:
  holdfast import opening.csv --db shop.db
  holdfast import count.csv --set --as-of 2026-11-23T18:00:00Z`

/** Bytes of a table from which it takes longer without threads than starting them: some 40,000 rows. */
const LARGE = 500_000

interface ImportFlags {
  readonly add?: true
  readonly set?: true
  readonly asOf?: Manner['asOf']
  readonly again?: true
  readonly reservedAsAvailable?: true
  readonly dryRun?: true
  readonly actor?: string
}

export function addImport(line: CommandLine): void {
  addVerb<ImportFlags>(
    line,
    {
      name: 'import',
      group: 'Files:',
      summary: 'Import stock from a CSV file: opening stock, deliveries, counts',
      args: [new Argument('<file>', 'a .csv or .csv.gz')],
      flags: [
        optional('--add', 'add the units to what is there'),
        optional('--set', 'a count: make the levels what the file says'),
        fieldFlag('asOf', COMMANDS.countStock.fields.asOf),
        optional('--again', 'import a table that was imported before'),
        optional('--reserved-as-available', 'import held and sold units as available ones'),
        optional('--dry-run', 'only check the file'),
        optional('--actor <text>', 'who does it, for the trail'),
      ],
      more: MORE,
    },
    async ({ target, json: asJson, flags, args }) => {
      if (flags.add && flags.set) throw new UsageError('--add and --set exclude each other')
      if (flags.asOf !== undefined && !flags.set) throw new UsageError('--as-of goes with --set')
      await using file = await SourceFile.open(args[0]!)
      const use = (inventory: AnyInventory) => importFile(inventory, file, flags, asJson)
      const work = file.bytes < LARGE ? 'short' : 'long'
      return await (flags.dryRun ? withReader : withWriter)(target, use, work)
    },
  )
}

async function importFile(
  inventory: AnyInventory,
  file: SourceFile,
  flags: ImportFlags,
  asJson: boolean,
): Promise<ExitCode> {
  const { asOf, actor } = flags
  const manner: Manner = { mode: flags.set ? 'set' : 'add', asOf, actor }
  const { mode } = manner
  const stock = await readStockTable(file, mode, () => progress('reading', file.read, file.bytes))
  if (mode === 'set') mustSayOnHand(file.name, stock)
  const known = await KnownStock.read(inventory, stock.levels, asOf)
  const pieces = piecesOf(stock, mode)
  const reference = `import:${stock.digest}`
  const earlier = await earlierRuns(inventory, reference, pieces, mode, known)
  const before = pieces.slice(0, earlier.done).flat().length
  if (!flags.again && stock.bad.length === 0) mustBeNew(file.name, stock, earlier)
  const bad = [...stock.bad, ...(await badLevels(inventory, stock.levels, before, manner, known))]
  if (bad.length > 0) throw badRows(bad, asJson)
  const onlyEmpty = !flags.add && !flags.set
  if (onlyEmpty) mustBeEmpty(file.name, stock.levels, before, known)

  const freed = freedOf(stock.levels.slice(before), stock.columns, manner, known)
  if (!flags.reservedAsAvailable) mustFreeNone(file.name, freed)

  const report = reportOf(stock, manner, known, unitsOf(freed))
  if (!asJson) sayNotes(report)
  if (!flags.dryRun) {
    const how = onlyEmpty ? { ...manner, ifSeq: known.seq } : manner
    await applyPieces(inventory, stock, pieces, earlier, how, (levels) =>
      progress('importing', levels, stock.levels.length),
    )
  }
  const what = flags.dryRun ? 'fine' : mode === 'set' ? 'counted' : 'imported'
  const dryRun = flags.dryRun === true
  await print(
    asJson
      ? json({ ok: true, mode, dryRun, ...report, before, reference })
      : described(what, report, before),
  )
  return EXIT.done
}

/** The most bad rows that are shown to people. */
const SHOWN = 100

function badRows(unsorted: readonly BadRow[], asJson: boolean): Refusal {
  const bad = unsorted.toSorted((a, b) => a.line - b.line)
  if (!asJson) {
    for (const { line, problem } of bad.slice(0, SHOWN)) say(`line ${line}: ${problem}`)
    if (bad.length > SHOWN) say(`… and ${bad.length - SHOWN} more; --json names every one`)
  }
  return new Refusal('BAD_ROWS', `${counted(bad.length, 'bad row')}; nothing was taken in`, {
    badRows: bad,
  })
}

/** Reserved units are on hand, but not available. @throws Failure */
function mustSayOnHand(file: string, { columns }: StockTable): void {
  if (!saysAvailable(columns)) return
  throw new Failure(
    `${file} says what is available; a count says what is on hand`,
    'It needs a column like qty, quantity or on hand.',
    'TABLE_NOT_RECOGNISED',
  )
}

/** @throws Refusal TABLE_KNOWN, unless it was interrupted and continues */
function mustBeNew(file: string, { rows, units }: StockTable, { runs, at, done }: Earlier): void {
  if (runs === 0 || done > 0) return
  const size = `${counted(rows, 'row')}, ${counted(units, 'unit')}`
  throw new Refusal(
    'TABLE_KNOWN',
    `the table in ${file} (${size}) was taken in on ${isoTime(at)}; nothing was changed\n` +
      '--again takes it in once more.',
    { takenInAt: at, times: runs },
  )
}
