import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { before, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { openInventory, type AuditEntry } from 'holdfast'
import { sqlite } from 'holdfast/sqlite'
import { folder, holdfast, holdfastJson } from './support/holdfast.ts'

const path = folder()
const db = path('shop.db')

/** Ids that spreadsheets, CSV readers and programs stumble over. */
const IDS = [
  '=SUM(A1)',
  "'=quoted",
  "'plain",
  '+1',
  '-1',
  '@x',
  'a,b',
  'say "x"',
  'in  spaces',
  '__proto__',
  'ß–京',
]

interface Level {
  readonly warehouseId: string
  readonly productId: string
  readonly onHand: number
}

async function levels(from: string): Promise<Level[]> {
  const rows = await holdfastJson<Level>('export', 'stock', '--format', 'json', '--db', from)
  return rows.map(({ warehouseId, productId, onHand }) => ({ warehouseId, productId, onHand }))
}

describe('import and export', () => {
  before(async () => {
    await using inventory = await openInventory({
      store: sqlite({ path: db }),
      warehouses: [
        { id: 'SF', name: 'San Francisco' },
        { id: '=WH', name: 'Formula' },
      ],
    })
    for (const [index, productId] of IDS.entries()) {
      for (const warehouseId of ['SF', '=WH']) {
        await inventory.addStock({ warehouseId, productId, qty: index + 2, source: '=s' })
      }
      await inventory.reserve({ warehouseId: 'SF', productId, qty: 1, ttlMs: 900_000, owner: '@o' })
    }
  })

  it('a file that is in already in part needs room for its other rows alone', async () => {
    const [csv, part] = [path('part.csv'), path('part.db')]
    const ids = Array.from({ length: 501 }, (_, index) => `P${String(index).padStart(3, '0')}`)
    writeFileSync(csv, `warehouseId,productId,qty\n${ids.map((id) => `SF,${id},2\n`).join('')}`)
    await holdfast('init', '--warehouse', 'SF:a', '--capacity', 'SF=1002', '--db', part)
    const [dry] = await holdfastJson<{ reference: string }>(
      ...['import', csv, '--dry-run', '--db', part],
    )
    // As an import leaves it that was cut off after its first piece.
    const [type, id] = dry!.reference.split(':') as [string, string]
    const inventory = await openInventory({ store: sqlite({ path: part }) })
    const commands = ids.slice(0, 500).map((productId) => {
      return { verb: 'addStock', warehouseId: 'SF', productId, qty: 2, source: 'IMPORT' } as const
    })
    await inventory.atomically({ commands, reference: { type, id } })
    await inventory.close()
    const rest = await holdfast('import', csv, '--db', part)
    assert.match(
      rest.stdout,
      /^imported: 501 rows, 1,002 units \(500 levels of them by/,
      rest.stderr,
    )
    const all = await levels(part)
    assert.deepEqual([all.length, all.filter(({ onHand }) => onHand !== 2)], [501, []])
    assert.match((await holdfast('import', csv, '--db', part)).stderr, /^refused: TABLE_KNOWN: /)
  })

  it('units that may not be sold go out and come in as such, each once', async () => {
    const [from, to, csv] = [path('aside.db'), path('aside-copy.db'), path('aside.csv')]
    for (const file of [from, to]) await holdfast('init', '--warehouse', 'SF:a', '--db', file)
    const add = ['add-stock', '-w', 'SF', '--source', 'S', '--db', from]
    await holdfast(...add, '-p', 'MUG', '-q', '7')
    await holdfast(...add, '-p', 'MUG', '-q', '3', '--into', 'unsellable')
    await holdfast(...add, '-p', 'CUP', '-q', '2', '--into', 'unsellable')
    await holdfast(...add, '-p', 'HAT', '-q', '4')
    await holdfast('export', 'stock', '--out', csv, '--db', from)
    const text = [
      'warehouseId,productId,qty,available,held,allocated,unsellable',
      'SF,CUP,2,0,0,0,2',
      'SF,HAT,4,4,0,0,0',
      'SF,MUG,10,7,0,0,3',
    ]
    assert.deepEqual(readFileSync(csv, 'utf8').trim().split('\r\n'), text)
    const document = ['--reference', 'order:=1', '--group', '@g']
    await holdfast(...add, '-p', 'HAT', '-q', '1', ...document)
    await holdfast(
      'remove-stock',
      '-w',
      'SF',
      '-p',
      'HAT',
      '-q',
      '1',
      '--reason',
      'R',
      '--db',
      from,
    )
    const trail = (await holdfast('export', 'trail', '--db', from)).stdout
    assert.match(trail, /^seq,.*,metadata,unsellable,group,referenceType,referenceId\r\n/)
    assert.match(trail, /,0,'@g,order,'=1\r\n/)
    const first = await holdfast('import', csv, '--db', to)
    assert.match(first.stdout, /^imported: 3 rows, 16 units/, first.stderr)
    const counts = (file: string) =>
      holdfastJson<object>('export', 'stock', '--format', 'json', '--db', file)
    assert.deepEqual(await counts(to), await counts(from))
    assert.equal((await holdfast('import', csv, '--db', to)).code, 3)
    assert.deepEqual(await counts(to), await counts(from))
    writeFileSync(
      csv,
      'unsellable,warehouseId,productId,qty\n5,SF,MUG,4\n,SF,MUG,4\n1.5,SF,MUG,4\n',
    )
    const { code, stderr } = await holdfast('import', csv, '--db', to)
    assert.equal(code, 3)
    for (const [line, said] of [
      [2, '"5"'],
      [3, '""'],
      [4, '"1.5"'],
    ])
      assert.ok(
        stderr.includes(`line ${line}: unsellable ${said} is no whole number from 0 to 4\n`),
        stderr,
      )
  })

  it('a long file whose rows are two commands each comes in whole, in pieces of a thousand', async () => {
    const [to, csv] = [path('long.db'), path('long.csv')]
    await holdfast('init', '--warehouse', 'SF:a', '--db', to)
    const rows = Array.from(
      { length: 1501 },
      (_, index) => `SF,P${index},5,${index % 3 === 0 ? 2 : 0}`,
    )
    writeFileSync(csv, `warehouseId,productId,qty,unsellable\n${rows.join('\n')}\n`)
    const done = await holdfast('import', csv, '--db', to)
    assert.match(done.stdout, /^imported: 1,501 rows, 7,505 units/, done.stderr)
    const all = await holdfastJson<{ unsellable: number; onHand: number }>(
      ...['export', 'stock', '--format', 'json', '--db', to],
    )
    const sum = (of: 'unsellable' | 'onHand') => all.reduce((units, level) => units + level[of], 0)
    assert.deepEqual([all.length, sum('onHand'), sum('unsellable')], [1501, 7505, 501 * 2])
  })

  it('exported stock comes in again as it was, and only once', async () => {
    const csv = path('stock.csv')
    assert.equal((await holdfast('export', 'stock', '--out', csv, '--db', db)).code, 0)
    const copy = path('copy.db')
    await holdfast('init', '--warehouse', 'SF:a', '--warehouse', '=WH:b', '--db', copy)
    for (const dry of [['--dry-run'], []]) {
      const refused = await holdfast('import', csv, ...dry, '--db', copy)
      assert.equal(refused.code, 3)
      assert.match(
        refused.stderr,
        /^refused: RESERVED_UNITS: 11 units are held or sold in stock.csv, on 11 levels: .*\nA table /,
      )
    }
    assert.deepEqual(await levels(copy), [])
    const first = await holdfast('import', csv, '--reserved-as-available', '--db', copy)
    assert.equal(first.code, 0, first.stderr)
    assert.match(first.stdout, /^imported: 22 rows, 154 units/)
    assert.match(
      first.stderr,
      /^note: 11 units are held or sold in this table, and come in as available\n/m,
    )
    assert.deepEqual(await levels(copy), await levels(db))

    const again = await holdfast('import', csv, '--db', copy)
    assert.equal(again.code, 3)
    assert.match(
      again.stderr,
      /^refused: TABLE_KNOWN: the table in stock.csv \(22 rows, 154 units\) was/,
    )
    assert.deepEqual(await levels(copy), await levels(db))
  })

  it('CSV is quoted, and no cell but a number begins like a formula', () => {
    const text = readFileSync(path('stock.csv'), 'utf8')
    assert.ok(text.endsWith('\r\n'))
    assert.ok(text.includes("\r\n'=WH,'=SUM(A1),2,2,0,0,0\r\n"))
    assert.ok(text.includes('\r\nSF,"a,b",8,7,1,0,0\r\n'))
    assert.ok(text.includes('\r\nSF,"say ""x""",9,8,1,0,0\r\n'))
    assert.doesNotMatch(text, /(^|[,\n]"?)[=+\-@\t\r]/m)
  })

  it('the trail as JSON is what the engine says, entry for entry', async () => {
    const { stdout } = await holdfast('export', 'trail', '--format', 'json', '--db', db)
    await using inventory = await openInventory({ store: sqlite({ path: db }), readOnly: true })
    const entries: AuditEntry[] = []
    for await (const entry of inventory.audit()) entries.push(entry)
    assert.deepEqual(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
      entries,
    )
    const { stdout: csv } = await holdfast('export', 'trail', '--db', db)
    assert.equal(csv.trimEnd().split('\r\n').length, entries.length + 1)
  })

  it('a file with bad rows is reported row by row, in order, and nothing comes in', async () => {
    const bad = path('bad.csv')
    const rows = [
      'qty,warehouseId,productId',
      '5x,SF,A',
      '1,SF,B',
      '1,NOWHERE,C',
      '1,SF',
      '-1,SF,D',
    ]
    rows.push('1e3,SF,E', '1,SF,', '"1,SF,F', '1,SF,\u0007', '2,SF,"fine, really"')
    writeFileSync(bad, rows.join('\n'))
    const there = await levels(db)
    const { code, stderr } = await holdfast('import', bad, '--db', db)
    assert.equal(code, 3)
    const lines = [...stderr.matchAll(/^line (\d+): /gm)].map(([, line]) => Number(line))
    assert.deepEqual(lines, [2, 4, 5, 6, 7, 8, 9, 10])
    assert.match(stderr, /refused: BAD_ROWS: 8 bad rows; nothing was taken in\n$/)
    assert.deepEqual(await levels(db), there)
  })

  it('a row whose id holds what cannot be seen is named, and what it holds', async () => {
    const rows = [
      'SF,CUP,1',
      'SF,CUP ,1',
      'SF, CUP,1',
      'SF ,CUP,1',
      'SF,CUP\u200b,1',
      'SF,e\u0301,1',
    ]
    rows.push('N F,CUP,1')
    writeFileSync(path('unseen.csv'), `warehouseId,productId,qty\n${rows.join('\n')}\n`)
    const there = await levels(db)
    const { code, stderr } = await holdfast('import', path('unseen.csv'), '--db', db)
    assert.equal(code, 3)
    assert.deepEqual(stderr.trimEnd().split('\n').slice(0, -1), [
      'line 3: productId ends with a space: "CUP "',
      'line 4: productId starts with a space: " CUP"',
      'line 5: warehouseId ends with a space: "SF "',
      String.raw`line 6: productId contains U+200B (zero width space), which is invisible: "CUP\u200b"`,
      String.raw`line 7: productId is not in normal form C (NFC): "e\u0301"`,
      'line 8: there is no warehouse "N F"',
    ])
    assert.deepEqual(await levels(db), there)
  })

  it('a file that does not fit the capacity is refused before anything is written', async () => {
    const small = path('small.db')
    await holdfast('init', '--warehouse', 'SF:a', '--capacity', 'SF=10', '--db', small)
    writeFileSync(path('much.csv'), 'warehouseId,productId,qty\nSF,A,6\nSF,B,5\nSF,C,4\n')
    const { code, stderr } = await holdfast('import', path('much.csv'), '--db', small)
    assert.equal(code, 3)
    assert.match(stderr, /^line 3: SF has room for 4 more units, not 5$/m)
    assert.deepEqual(await levels(small), [])
  })

  it('a large compressed file comes in as a whole; a dry run writes nothing', async () => {
    const large = path('large.csv.gz')
    const rows = Array.from({ length: 3500 }, (_, index) => `SF,P${index},${index % 7}`)
    writeFileSync(large, gzipSync(`warehouseId,productId,qty\n${rows.join('\n')}\n`))
    const target = path('large.db')
    await holdfast('init', '--warehouse', 'SF:a', '--db', target)
    const dry = await holdfast('import', large, '--dry-run', '--db', target)
    assert.match(dry.stdout, /^fine: 3,000 rows, 10,500 units; 500 rows say 0\n/)
    assert.deepEqual(await levels(target), [])
    const real = await holdfast('import', large, '--db', target)
    assert.equal(real.code, 0)
    assert.equal((await levels(target)).length, 3000)
  })
})

describe('backup', () => {
  it('copies beside a writer, verifies the copy, and never writes over anything', async () => {
    const copy = path('backup.db')
    await using writer = await openInventory({ store: sqlite({ path: db }) })
    const { seq } = await writer.head()
    const made = await holdfast('backup', copy, '--db', db)
    assert.equal(made.code, 0, made.stderr)
    assert.match(made.stdout, new RegExp(`remember ${seq}:`))
    assert.deepEqual(await levels(copy), await levels(db))
    const again = await holdfast('backup', copy, '--db', db)
    assert.equal(again.code, 1)
    assert.match(again.stderr, /exists already/)
  })
})
