import type { FileHandle } from 'node:fs/promises'
import { resolve } from 'node:path'

import { Argument } from 'commander'
import { cellsOf, csvRecord } from 'holdfast/model'
import type { CommandLine } from '../command-line.ts'
import { EXIT } from '../exit-code.ts'
import { withReader, type AnyInventory } from '../open-inventory.ts'
import { json } from '../output/json.ts'
import { progress } from '../output/progress.ts'
import { nobodyReads, print, say } from '../output/streams.ts'
import { addVerb, optional } from '../verb.ts'
import { newFile } from './new-file.ts'
import { stockExport, trailExport, type Export } from './tables.ts'

const MORE = `CSV is quoted as in RFC 4180. Texts that a spreadsheet would run as a formula
get a ' before them, which import removes. JSON has one record per line, exactly
as in the engine.

Examples:
  holdfast export stock > stock.csv
  holdfast export trail --format json --out trail.ndjson`

interface ExportFlags {
  readonly format?: 'csv' | 'json'
  readonly out?: string
}

export function addExport(line: CommandLine): void {
  addVerb<ExportFlags>(
    line,
    {
      name: 'export',
      group: 'Files:',
      summary: 'Write the stock or the trail as CSV or JSON lines',
      args: [new Argument('<what>', 'stock or trail').choices(['stock', 'trail'])],
      flags: [
        optional('--format <format>', 'csv, or json: one record per line').choices(['csv', 'json']),
        optional('--out <file>', 'a new file instead of stdout'),
      ],
      more: MORE,
    },
    async ({ target, json: asJson, flags, args }) => {
      const isCsv = !asJson && flags.format !== 'json'
      // Without threads, because each page is read when the one before is written: with them a million entries took
      // half as long again.
      const write = (file: FileHandle | null): Promise<void> =>
        withReader(target, (inventory) =>
          args[0] === 'stock'
            ? writeRows(inventory, stockExport, isCsv, file)
            : writeRows(inventory, trailExport, isCsv, file),
        )
      if (flags.out === undefined) await write(null)
      else {
        await newFile(flags.out, write)
        say(resolve(flags.out))
      }
      return EXIT.done
    },
  )
}

/** How many rows, or characters of them, are written together. */
const PIECE = 500
const PIECE_LENGTH = 1_048_576

async function writeRows<Row>(
  inventory: AnyInventory,
  what: Export<Row>,
  isCsv: boolean,
  file: FileHandle | null,
): Promise<void> {
  // RFC 4180 ends its lines with CR LF; JSON lines end with LF.
  const end = isCsv ? '\r\n' : '\n'
  let piece: string[] = isCsv ? [csvRecord(Object.keys(what.columns))] : []
  const size = file === null ? null : await what.size(inventory)
  let rows = 0
  let length = 0
  const flush = async (): Promise<void> => {
    if (piece.length === 0) return
    const text = piece.map((row) => row + end).join('')
    piece = []
    length = 0
    if (file === null) await print(text, '')
    else await file.appendFile(text)
  }
  for await (const row of what.read(inventory)) {
    rows++
    const text = isCsv ? csvRecord(cellsOf(what.columns, row)) : json(row)
    piece.push(text)
    length += text.length
    if (piece.length < PIECE && length < PIECE_LENGTH) continue
    await flush()
    if (size !== null) progress('exporting', rows, size)
    if (file === null && nobodyReads()) return
  }
  await flush()
}
