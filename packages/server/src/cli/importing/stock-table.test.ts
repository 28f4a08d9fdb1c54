import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { SourceFile } from '../input/source-file.ts'
import { readStockTable, type Mode, type StockTable } from './stock-table.ts'

async function read(bytes: string | Uint8Array, mode: Mode = 'add'): Promise<StockTable> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-table-'))
  try {
    writeFileSync(join(folder, 'table'), bytes)
    await using file = await SourceFile.open(join(folder, 'table'))
    return await readStockTable(file, mode, () => undefined)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const HEADER = 'warehouseId,productId,qty'
const ROWS = ['SF,CUP,5', 'NYC,CUP,7', 'SF,HAT,2', 'SF,CUP,5', 'SF,CUP,4']
const TEXT = `${HEADER}\n${ROWS.join('\n')}\n`

const separatedBy = (separator: string): string => TEXT.replaceAll(',', separator)

const SAME: Readonly<Record<string, string | Uint8Array>> = {
  'CR LF': TEXT.replaceAll('\n', '\r\n'),
  CR: TEXT.replaceAll('\n', '\r'),
  'a byte order mark': `\ufeff${TEXT}`,
  'UTF-16': Buffer.from(`\ufeff${separatedBy('\t')}`, 'utf16le'),
  'UTF-16, big end first': Buffer.from(`\ufeff${TEXT}`, 'utf16le').swap16(),
  semicolons: separatedBy(';'),
  'a line sep=': `sep=;\r\n${separatedBy(';')}`,
  quotes: TEXT.replaceAll('CUP', '"CUP"'),
  compression: gzipSync(TEXT),
  'another order': [HEADER, ...ROWS.toReversed()].join('\n'),
  'other names': separatedBy(';').replace(/.*/, 'WAREHOUSE_ID;sku;Quantity'),
  'more columns': `Note;On hand;Location;Item\n${ROWS.map((row) => {
    const [warehouse, product, qty] = row.split(',')
    return `x;${qty};${warehouse};${product}\n`
  }).join('')}`,
  'empty cells': `Warehouse,SKU,Qty,,\n${ROWS.map((row) => `${row},,\n`).join('')},,,,\n , ,,,\n`,
  'rows that say 0': `${TEXT}NYC,HAT,0\n`,
}

describe('a stock table', () => {
  for (const [how, bytes] of Object.entries(SAME)) {
    it(`is the same with ${how}`, async () => {
      const [one, other] = [await read(TEXT), await read(bytes)]
      assert.deepEqual([other.bad, other.digest], [[], one.digest])
      assert.deepEqual([other.rows, other.units], [5, 23])
    })
  }

  it('is another one with another number, a row more or less, or as a count', async () => {
    const others = [TEXT.replace('7', '8'), `${TEXT}SF,CUP,5\n`, TEXT.replace('SF,CUP,4\n', '')]
    others.push(TEXT.replace('CUP', 'cup'), TEXT.replace('SF,CUP,5\n', ''))
    const tables = [await read(TEXT), await read(TEXT, 'set')]
    for (const other of others) tables.push(await read(other))
    assert.equal(new Set(tables.map(({ digest }) => digest)).size, tables.length)
  })

  it('knows which lines name a level', async () => {
    const { levels } = await read(TEXT)
    assert.deepEqual(
      levels.map(({ warehouseId, productId, qty, lines }) => [warehouseId, productId, qty, lines]),
      [
        ['NYC', 'CUP', 7, [3]],
        ['SF', 'CUP', 14, [2, 5, 6]],
        ['SF', 'HAT', 2, [4]],
      ],
    )
  })
})
