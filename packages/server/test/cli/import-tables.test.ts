import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { before, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { memory, openInventory, type AuditEntry, type Inventory } from 'holdfast'
import { sqlite } from 'holdfast/sqlite'
import { startService } from '../../src/http/service.ts'
import { running } from '../http/support/running.ts'
import { folder, holdfast, holdfastJson } from './support/holdfast.ts'

const path = folder()

interface Answer {
  readonly ok: boolean
  readonly code: string
  readonly message: string
  readonly details: Readonly<Record<string, unknown>>
}

function file(name: string, ...lines: readonly string[]): string {
  writeFileSync(path(name), lines.map((line) => `${line}\n`).join(''))
  return path(name)
}

async function shop(name: string): Promise<{
  run: typeof holdfast
  answer: (...args: string[]) => Promise<Answer>
  onHand: () => Promise<Record<string, number>>
}> {
  const db = path(name)
  await holdfast('init', '--warehouse', 'SF:a', '--warehouse', 'NYC:b', '--db', db)
  return {
    run: (...args) => holdfast(...args, '--db', db),
    answer: async (...args) => (await holdfastJson<Answer>(...args, '--db', db))[0]!,
    onHand: async () => {
      const [page] = await holdfastJson<{
        items: { warehouseId: string; productId: string; onHand: number }[]
      }>('list-stock', '--db', db)
      return Object.fromEntries(
        page!.items.map((level) => [`${level.warehouseId} ${level.productId}`, level.onHand]),
      )
    },
  }
}

const HEADER = 'warehouseId,productId,qty'

describe('the trail of an import', () => {
  it('says who did it, of which table each entry is, and why', async () => {
    const { run } = await shop('trail.db')
    const added = file('added.csv', HEADER, 'SF,CUP,5', 'NYC,CUP,7')
    const set = file('set.csv', HEADER, 'SF,CUP,4')
    for (const args of [
      ['import', added],
      ['import', set, '--set'],
    ]) {
      const { code, stderr } = await run(...args, '--actor', 'ann')
      assert.equal(code, 0, stderr)
    }
    const entries = await holdfastJson<AuditEntry>(
      'audit',
      '--actor',
      'ann',
      '--db',
      path('trail.db'),
    )
    const told = entries.map(({ type, actor, reference, metadata }) => [
      type,
      actor,
      reference?.type,
      metadata,
    ])
    const received = ['RECEIVED', 'ann', 'import', { source: 'IMPORT' }]
    assert.deepEqual(told, [received, received, ['COUNTED', 'ann', 'import', { reason: 'IMPORT' }]])
    const tables = entries.map(({ reference }) => reference!.id)
    assert.ok(tables[0] === tables[1] && tables[1] !== tables[2])
  })
})

describe('a table', () => {
  const rows = ['SF,CUP,5', 'NYC,CUP,7', 'SF,HAT,2']
  let one: Awaited<ReturnType<typeof shop>>
  const there = { 'NYC CUP': 7, 'SF CUP': 5, 'SF HAT': 2 }

  before(async () => {
    one = await shop('known.db')
    const done = await one.run('import', file('o.csv', HEADER, ...rows))
    assert.match(done.stdout, /^imported: 3 rows, 14 units\nWAREHOUSE +LEVELS +UNITS\nNYC +1 +7\n/)
    assert.match(done.stderr, /^note: 2 new products: CUP, HAT\n$/)
  })

  it('in another order, with other names and separators, is not taken in again', async () => {
    const lines = ['Note;WAREHOUSE_ID;sku;Quantity', ';SF;HAT;2', ';SF;CUP;5', ';NYC;CUP;7']
    const { code, message, details } = await one.answer('import', file('same.csv', ...lines))
    assert.equal(code, 'TABLE_KNOWN')
    assert.match(message, /^the table in same.csv \(3 rows, 14 units\) was taken in on 20\d\d-.*Z;/)
    assert.ok(Number(details['takenInAt']) > 0)
    assert.deepEqual(await one.onHand(), there)
  })

  it('of which a number is corrected is another one: levels with stock need a word', async () => {
    const corrected = file('corrected.csv', HEADER, 'SF,CUP,6', 'NYC,CUP,7', 'SF,MUG,1')
    const refused = await one.run('import', corrected)
    assert.equal(refused.code, 3)
    assert.equal(
      refused.stderr,
      'refused: LEVELS_HAVE_STOCK: 2 of 3 levels in corrected.csv have stock: CUP in NYC (7), CUP in SF (5)\n' +
        '--add puts the units on top; --set makes the levels what the file says.\n',
    )
    assert.deepEqual(await one.onHand(), there)
    const dry = await one.run('import', corrected, '--set', '--dry-run')
    assert.match(dry.stdout, /^fine: 3 rows, 14 units\n.*MORE +LESS\n.*\nSF +2 +7 +2 +0\n/)
    assert.deepEqual(await one.onHand(), there)
    const set = await one.run('import', corrected, '--set')
    assert.match(set.stdout, /^counted: 3 rows, 14 units\n/, set.stderr)
    assert.deepEqual(await one.onHand(), { ...there, 'SF CUP': 6, 'SF MUG': 1 })
  })

  it('that was exported doubles nothing, and as a count changes nothing', async () => {
    const db = await shop('export.db')
    await db.run('import', file('e1.csv', HEADER, 'SF,CUP,5'))
    await db.run('import', file('e2.csv', HEADER, 'SF,HAT,3'))
    await db.run('export', 'stock', '--out', path('e.csv'))
    assert.equal((await db.answer('import', path('e.csv'))).code, 'LEVELS_HAVE_STOCK')
    const [before] = await holdfastJson<string>('head', '--db', path('export.db'))
    assert.equal((await db.answer('import', path('e.csv'), '--set')).ok, true)
    assert.deepEqual(await db.onHand(), { 'SF CUP': 5, 'SF HAT': 3 })
    assert.notDeepEqual(await holdfastJson<string>('head', '--db', path('export.db')), [before])
    assert.equal((await db.answer('import', path('e.csv'), '--set')).code, 'TABLE_KNOWN')
    assert.equal((await db.answer('import', path('e.csv'), '--set', '--again')).ok, true)
    const { message } = await db.answer('import', path('e1.csv'), '--again')
    assert.match(message, /^1 of 1 level in e1.csv has stock/)
    assert.equal((await db.answer('import', path('e1.csv'), '--again', '--add')).ok, true)
    assert.deepEqual(await db.onHand(), { 'SF CUP': 10, 'SF HAT': 3 })
    const known = await db.answer('import', path('e1.csv'), '--add')
    assert.deepEqual([known.code, known.details['times']], ['TABLE_KNOWN', 2])
  })

  it('that names a level twice says so; a count of it is refused', async () => {
    const db = await shop('twice.db')
    const twice = file('twice.csv', HEADER, 'SF,CUP,5', 'SF,cup,1', 'SF,CUP,5', 'SF,Cup,1')
    const dry = await db.run('import', twice, '--dry-run')
    assert.equal(
      dry.stderr,
      'note: lines 2, 4 name CUP in SF: 10 units together\n' +
        'note: line 3: cup differs from CUP in case alone\n' +
        'note: line 5: Cup differs from CUP in case alone\n' +
        'note: 3 new products: CUP, cup, Cup\n',
    )
    const counted = await db.run('import', twice, '--set')
    assert.match(counted.stderr, /^line 4: CUP in SF is in line 2 already; a level is counted/)
    assert.equal(counted.code, 3)
    assert.equal((await db.run('import', twice)).code, 0)
    assert.deepEqual(await db.onHand(), { 'SF CUP': 10, 'SF Cup': 1, 'SF cup': 1 })
    const known = await db.run('import', file('case.csv', HEADER, 'SF,CuP,1'), '--dry-run')
    assert.match(known.stderr, /^note: line 2: CuP differs from (cup|Cup|CUP) in case alone\n/)
  })

  it('has columns that are not read: they are named', async () => {
    const db = await shop('ignored.db')
    const rows = ['Title,Location,SKU,Incoming,Unavailable,On hand,', 'Cup,SF,CUP,1,2,5,']
    const { stderr } = await db.run('import', file('ignored.csv', ...rows), '--dry-run')
    assert.match(stderr, /^note: not read: "Title", "Incoming", "Unavailable"$/m)
    const answer = await db.answer('import', path('ignored.csv'))
    assert.deepEqual((answer as unknown as { ignored: string[] }).ignored, [
      'Title',
      'Incoming',
      'Unavailable',
    ])
    const wide = Array.from({ length: 12 }, (_, index) => `c${index}`).join(',')
    const csv = file('wide.csv', `${HEADER},${wide}`, `SF,HAT,1${','.repeat(12)}`)
    assert.match((await db.run('import', csv)).stderr, /^note: not read: "c0", .*"c9", …$/m)
  })

  it('that is none is refused in plain words', async () => {
    const names = file('names.csv', 'Lager;SKU;Menge', 'SF;CUP;5')
    const { code, message } = await one.answer('import', names)
    assert.equal(code, 'TABLE_NOT_RECOGNISED')
    assert.equal(
      message,
      'names.csv has no column warehouseId, qty; its first line, separated by ;, has "Lager", "SKU", "Menge"',
    )
    const rename = await one.run('import', names)
    assert.match(
      rename.stderr,
      /\nRename the columns in the first line; [^]*\n {2}qty, or quantity, or /,
    )
    assert.match(rename.stderr, /\nFor example: warehouseId,productId,qty\n$/)
    const two = await one.answer('import', file('two.csv', 'warehouse,sku,Qty,qty', 'SF,CUP,5,6'))
    assert.equal(two.message, 'two.csv has two columns called Qty')
    writeFileSync(path('cut.csv.gz'), gzipSync(`${HEADER}\n${rows.join('\n')}`).subarray(0, 30))
    const cut = await one.run('import', path('cut.csv.gz'))
    assert.match(cut.stderr, /^failed: cut.csv.gz ends in the middle of its compressed data\n/)
    for (const [name, begin] of [
      ['count.xlsx', 'PK\x03\x04'],
      ['count.xls', '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'],
    ] as const) {
      writeFileSync(path(name), Buffer.from(`${begin}\0\0\0`, 'latin1'))
      const workbook = await one.run('import', path(name))
      assert.match(
        workbook.stderr,
        /^failed: TABLE_NOT_RECOGNISED: count.xlsx? is a workbook \(.xls/,
      )
      assert.match(workbook.stderr, /\n.* save the sheet as CSV .*\nimport that file\.\n$/)
    }
    writeFileSync(path('latin.csv'), Buffer.from(`${HEADER}\nSF,M\u00fcnze,5\n`, 'latin1'))
    const latin = await one.run('import', path('latin.csv'))
    assert.match(
      latin.stderr,
      /^line 2: productId is not readable as UTF-8; save the file as CSV UTF-8\n/,
    )
    for (const words of [
      ['--add', '--set'],
      ['--as-of', '1'],
    ])
      assert.equal((await one.run('import', names, ...words)).code, 2)
  })
})

const BAD_CELLS: Readonly<Record<string, string | RegExp>> = {
  'SF,"4,00638E+12",5': /^productId 4,00638E\+12 is a number that a spreadsheet shortened; format /,
  'SF,4.00638E+12,5': /^productId 4\.00638E\+12 is a number that a spreadsheet shortened; format /,
  'SF,#N/A,5':
    /^productId #N\/A is an error of the spreadsheet; correct the cell, and save the CSV/,
  'SF,#DIV/0!,5': /^productId #DIV\/0! is an error of the spreadsheet; /,
  'SF,#NAME?,5': /^productId #NAME\? is an error of the spreadsheet; /,
  'SF,#BEZUG!,5': /^productId #BEZUG! is an error of the spreadsheet; /,
  'SF,#NV,5': /^productId #NV is an error of the spreadsheet; /,
  '#REF!,CUP,5': /^warehouseId #REF! is an error of the spreadsheet; /,
  'SF,########,5': /^productId ######## is what a spreadsheet shows if a column is too narrow; /,
  'SF,4006381333931.00,5': /^productId 4006381333931\.00 has decimals; write 4006381333931, or /,
  'SF,"10023,0",5': /^productId 10023,0 has decimals; write 10023, or /,
  'SF,CUP,"1,200"': /; write 1200 without thousands separators$/,
  'SF,CUP,1.200.000': /; write 1200000 without thousands separators$/,
  'SF,CUP,1\u00a0200': /; write 1200 without thousands separators$/,
  'SF,CUP,5.00': /; write 5 without decimals$/,
  'SF,CUP,5.000': /; write 5 if these are decimals, 5000 if these are thousands$/,
  'SF,CUP,"12,000"': /; write 12 if these are decimals, 12000 if these are thousands$/,
  'SF,CUP,5.000.000': /; write 5000000 without thousands separators$/,
  'SF,CUP,0.000': /; write 0 without decimals$/,
  'SF,CUP,0.500': /^qty "0.500" is no whole number from 0 to \d+$/,
  'SF,CUP,2.5': /^qty "2.5" is no whole number from 0 to \d+$/,
  'Lyon North,CUP,5': 'there is no warehouse "Lyon North"; the id of Lyon North is LYO',
  'lyon north,CUP,5': 'there is no warehouse "lyon north"; the id of Lyon North is LYO',
  'lyo,CUP,5': 'there is no warehouse lyo; there is LYO',
  'PARIS,CUP,5': 'there is no warehouse PARIS',
}

it('a cell that a spreadsheet or a person wrote differently is refused with what to write', async () => {
  const db = path('cells.db')
  await holdfast('init', '--warehouse', 'SF:a', '--warehouse', 'LYO:Lyon North', '--db', db)
  for (const [row, expected] of Object.entries(BAD_CELLS)) {
    const csv = file('cell.csv', HEADER, row)
    const [{ details }] = (await holdfastJson<Answer>('import', csv, '--db', db)) as [Answer]
    const [bad] = details['badRows'] as { problem: string }[]
    if (typeof expected === 'string') assert.equal(bad!.problem, expected)
    else assert.match(bad!.problem, expected)
  }
  const ids = ['1E5', '#12', '#', '#A', 'A.00', '1.0', '10023.50', 'N/A']
  const rows = ids.map((id) => `SF,${id},5`)
  const real = await holdfast('import', file('e.csv', HEADER, ...rows), '--db', db)
  assert.equal(real.code, 0, real.stderr)
})

describe('units that a table says are reserved', () => {
  const PLACE = { warehouseId: 'SF', productId: 'CUP' }

  it('are refused with how many, on which levels, and what to do; a dry run and --json say it, too', async () => {
    const db = await shop('reserved.db')
    const table = file(
      'reserved.csv',
      'warehouse,sku,qty,held,allocated,unsellable',
      'SF,CUP,5,1,2,1',
      'SF,CUP,5,0,1,0',
      'NYC,CUP,3,,0,0',
      'NYC,HAT,3,9,9,1',
    )
    const refused = await db.run('import', table)
    assert.equal(refused.code, 3)
    assert.equal(
      refused.stderr,
      'refused: RESERVED_UNITS: 6 units are held or sold in reserved.csv, on 2 levels: HAT in NYC (2), CUP in SF (4)\n' +
        'A table has no reservations: imported, these units are available, and can be\n' +
        'sold again. Ship, release or cancel them where the table comes from, and export\n' +
        'again; or say --reserved-as-available, and reserve them here before anything is\n' +
        'sold.\n',
    )
    const { code, details } = await db.answer('import', table, '--dry-run')
    assert.equal(code, 'RESERVED_UNITS')
    const first = [
      { warehouseId: 'NYC', productId: 'HAT', reserved: 2 },
      { ...PLACE, reserved: 4 },
    ]
    assert.deepEqual(details, { units: 6, levels: 2, first })
    assert.deepEqual(await db.onHand(), {})
    const dry = await db.run('import', table, '--dry-run', '--reserved-as-available')
    assert.match(dry.stderr, /^note: 6 units are held or sold in this table, and come in as av/m)
    const answer = await db.answer('import', table, '--reserved-as-available')
    assert.equal((answer as unknown as { reserved: number }).reserved, 6)
    assert.deepEqual(await db.onHand(), { 'NYC CUP': 3, 'NYC HAT': 3, 'SF CUP': 10 })
  })

  it('under the names that other programs have for them are reserved, too; cells that are no numbers are bad rows', async () => {
    const db = await shop('names.db')
    const names = ['Reserved', 'on hold', 'Committed', 'ALLOCATED']
    names.push('reserved_quantity', 'Qty Reserved', 'Committed qty', 'quantity_allocated')
    for (const [index, name] of names.entries()) {
      const table = file(`r${index}.csv`, `warehouse,sku,qty,${name}`, 'SF,CUP,5,1')
      const { stderr } = await db.run('import', table)
      assert.match(
        stderr,
        /^refused: RESERVED_UNITS: 1 unit is held or sold in r\d.csv, on 1 level/,
      )
    }
    const odd = file('odd.csv', 'warehouse,sku,qty,held,allocated', 'SF,A,5,"1,200",', 'SF,B,5,,-1')
    const bad = await db.run('import', odd, '--reserved-as-available')
    assert.match(
      bad.stderr,
      /^line 2: held "1,200" is no whole number .*; write 1200 .*\nline 3: allocated "-1" is /,
    )
    // Available units are free already.
    const free = file('free.csv', 'warehouse,sku,available,held', 'SF,CUP,5,3')
    assert.equal((await db.run('import', free)).code, 0)
  })

  it('are refused as a count, where more are reserved in the table than in the level', async () => {
    const db = await shop('reserved-count.db')
    await db.run('import', file('rc.csv', HEADER, 'SF,CUP,10'))
    await db.run('sell', '-w', 'SF', '-p', 'CUP', '-q', '2')
    const count = (name: string, ...rows: string[]) =>
      file(name, 'warehouseId,productId,qty,allocated', ...rows)
    const [{ seq }] = (await holdfastJson<{ seq: number }>(
      ...['head', '--db', path('reserved-count.db')],
    )) as [{ seq: number }]
    const more = count('more.csv', 'SF,CUP,10,3')
    const { code, details } = await db.answer('import', more, '--set')
    assert.equal(code, 'RESERVED_UNITS')
    assert.deepEqual(details['first'], [{ ...PLACE, reserved: 1 }])
    // As of then, they may have been reserved and shipped since.
    assert.equal((await db.run('import', more, '--set', '--as-of', String(seq))).code, 0)
    assert.equal((await db.run('import', count('same.csv', 'SF,CUP,9,2'), '--set')).code, 0)
    // The same moment once more, with a slip mended: what was corrected is not corrected again.
    const again = await db.answer(
      ...['import', count('slip.csv', 'SF,CUP,8,2'), '--set', '--as-of', String(seq)],
    )
    assert.equal(again.code, 'BAD_ROWS')
    const other = count('other.csv', 'NYC,CUP,10,3')
    assert.equal((await db.answer('import', other, '--set')).code, 'RESERVED_UNITS')
    const set = await db.run('import', other, '--set', '--reserved-as-available')
    assert.equal(set.code, 0, set.stderr)
  })

  it('are counted for the rest of a table alone whose import was interrupted', async () => {
    const db = await shop('reserved-rest.db')
    const ids = Array.from({ length: 501 }, (_, index) => `P${String(index).padStart(3, '0')}`)
    const rows = ids.map((id, index) => `SF,${id},2,${index === 0 ? 1 : 0}`)
    const table = file('rest.csv', 'warehouseId,productId,qty,held', ...rows)
    const { reference } = (await db.answer(
      ...['import', table, '--dry-run', '--reserved-as-available'],
    )) as unknown as { reference: string }
    const [type, id] = reference.split(':') as [string, string]
    const inventory = await openInventory({ store: sqlite({ path: path('reserved-rest.db') }) })
    const commands = ids.slice(0, 500).map((productId) => {
      return { verb: 'addStock', warehouseId: 'SF', productId, qty: 2, source: 'IMPORT' } as const
    })
    await inventory.atomically({ commands, reference: { type, id } })
    await inventory.close()
    assert.match((await db.run('import', table)).stdout, /^imported: 501 rows.*500 levels of them/)
  })

  it('of what happened, not of what is there, is none', async () => {
    const db = await shop('happened.db')
    await db.run('import', file('opening.csv', HEADER, 'SF,CUP,30'))
    const move = ['--from-warehouse-id', 'SF', '--to-warehouse-id', 'NYC', '-p', 'CUP', '-q', '10']
    assert.equal((await db.run('transfer', ...move)).code, 0)
    const { stdout } = await db.run('export', 'trail')
    const [header, ...rows] = stdout.trim().split('\r\n')
    const trail = file('trail.csv', header!, ...rows.filter((row) => row.includes('CUP')))
    const before = await db.onHand()
    for (const more of [[], ['--add'], ['--set'], ['--reserved-as-available']]) {
      const { code, message } = await db.answer('import', trail, ...more)
      assert.equal(code, 'TABLE_NOT_RECOGNISED')
      assert.match(message, /^trail.csv lists what happened, not what is there: it has a column /)
    }
    const cut = file('cut.csv', 'seq,type,productId,warehouseId,qty', '1,RECEIVED,CUP,SF,30')
    assert.equal((await db.answer('import', cut)).code, 'TABLE_NOT_RECOGNISED')
    assert.deepEqual(await db.onHand(), before)
  })

  it('with very many bad rows shows some of them to people, and all to programs', async () => {
    const one = await shop('wrong.db')
    const wrong = file('wrong.csv', HEADER, ...Array.from({ length: 250 }, () => 'MOON,CUP,1'))
    const { stderr } = await one.run('import', wrong)
    const lines = stderr.trim().split('\n')
    assert.equal(lines.length, 102)
    assert.equal(lines[100], '… and 150 more; --json names every one')
    assert.match(lines[101]!, /BAD_ROWS: 250 bad rows/)
    const { details } = (await one.answer('import', wrong)) as unknown as {
      details: { badRows: unknown[] }
    }
    assert.equal(details.badRows.length, 250)
  })
})

describe('a count from a file', () => {
  it('respects what is reserved, and is done as a whole or not at all', async () => {
    const db = await shop('count.db')
    await db.run('import', file('c.csv', HEADER, 'SF,CUP,10', 'SF,HAT,3'))
    await db.run('sell', '-w', 'SF', '-p', 'CUP', '-q', '4')
    const low = await db.run('import', file('low.csv', HEADER, 'SF,HAT,1', 'SF,CUP,3'), '--set')
    assert.match(low.stderr, /^line 3: 3 counted, but 4 of CUP in SF are reserved\n.*BAD_ROWS/)
    assert.deepEqual(await db.onHand(), { 'SF CUP': 10, 'SF HAT': 3 })
    const aside = ['warehouse,sku,on hand,unsellable', 'SF,CUP,4,0', 'SF,HAT,0,0', 'NYC,HAT,2,1']
    assert.equal((await db.run('import', file('aside.csv', ...aside), '--set')).code, 0)
    assert.deepEqual(await db.onHand(), { 'NYC HAT': 2, 'SF CUP': 4, 'SF HAT': 0 })
    const available = file('available.csv', 'warehouse,sku,available', 'SF,CUP,4')
    const { code, message } = await db.answer('import', available, '--set')
    assert.equal(code, 'TABLE_NOT_RECOGNISED')
    assert.match(message, /says what is available; a count says what is on hand/)
  })

  it('as of a moment leaves what moved since as it is', async () => {
    const db = await shop('moved.db')
    await db.run('import', file('m.csv', HEADER, 'SF,CUP,10', 'SF,HAT,3'))
    const [{ seq }] = (await holdfastJson<{ seq: number }>('head', '--db', path('moved.db'))) as [
      { seq: number },
    ]
    await db.run('remove-stock', '-w', 'SF', '-p', 'CUP', '-q', '2', '--reason', 'R')
    const sheet = file('sheet.csv', HEADER, 'SF,HAT,4', 'SF,CUP,10')
    const done = await db.run('import', sheet, '--set', '--as-of', String(seq))
    assert.equal(done.code, 0, done.stderr)
    assert.deepEqual(await db.onHand(), { 'SF CUP': 8, 'SF HAT': 4 })
    const low = file('gone.csv', HEADER, 'NYC,HAT,9', 'SF,CUP,1')
    const refused = await db.run('import', low, '--set', '--as-of', String(seq))
    assert.match(refused.stderr, /^refused: [A-Z_]+: line 3: .*of 2 levels nothing was done/)
    assert.equal(refused.code, 3)
    assert.deepEqual(await db.onHand(), { 'SF CUP': 8, 'SF HAT': 4 })
  })

  it('as of a moment names all levels that were counted since, but those that it has counted itself', async () => {
    const db = await shop('since.db')
    const ids = Array.from({ length: 450 }, (_, index) => `P${String(index).padStart(3, '0')}`)
    await db.run('import', file('since.csv', HEADER, ...ids.map((id) => `SF,${id},10`)))
    const [{ seq }] = (await holdfastJson<{ seq: number }>('head', '--db', path('since.db'))) as [
      { seq: number },
    ]
    const rows = ids.map((id) => `SF,${id},9`)
    const sheet = file('since-sheet.csv', HEADER, ...rows)
    const asOf = ['--set', '--as-of', String(seq)]
    const stock = async (id: string) =>
      (await db.answer('stock', '-w', 'SF', '-p', id)) as unknown as { seq: number; onHand: number }
    // With all of P250 gone, the run breaks off there.
    const p250 = ['-w', 'SF', '-p', 'P250', '-q', '10']
    await db.run('remove-stock', ...p250, '--reason', 'R')
    const broken = await db.answer('import', sheet, ...asOf)
    assert.deepEqual([broken.code, broken.details['before']], ['INSUFFICIENT_STOCK', 200])
    await db.run('add-stock', ...p250, '--source', 'S')
    await db.run('count-stock', '-w', 'SF', '-p', 'P300', '--on-hand', '8')
    const { seq: counted } = await stock('P300')
    const told =
      `line 302: P300 in SF was counted after that moment, by entry ${counted}\n` +
      'refused: BAD_ROWS: 1 bad row; nothing was taken in\n'
    for (const how of [asOf, [...asOf, '--dry-run']])
      assert.equal((await db.run('import', sheet, ...how)).stderr, told)

    // Without it, it is another table: what is in already is named, all at once.
    const other = rows.filter((row) => !row.includes('P300'))
    const refused = await db.answer(
      ...['import', file('since-other.csv', HEADER, ...other), ...asOf],
    )
    assert.equal((refused.details['badRows'] as unknown[]).length, 200)
    const ahead = ['--set', '--as-of', '999999999']
    for (const how of [ahead, [...ahead, '--dry-run']])
      assert.equal((await db.answer('import', sheet, ...how)).code, 'POSITION_AHEAD')
    const left = file('since-left.csv', HEADER, ...other.slice(200))
    const done = await db.run('import', left, ...asOf)
    assert.equal(done.code, 0, done.stderr)
    const now = await Promise.all(['P000', 'P250', 'P300', 'P449'].map(stock))
    assert.deepEqual(
      now.map(({ onHand }) => onHand),
      [9, 9, 8, 9],
    )
  })
})

describe('a running service', () => {
  it('is protected from the reserved units of a table like a file', async (t) => {
    const { url, inventory } = await running(t)
    const table = file('away.csv', 'warehouseId,productId,qty,held', 'SF,CUP,5,3')
    const { seq } = await inventory.head()
    for (const words of [[], ['--dry-run'], ['--set']]) {
      const refused = await holdfast('import', table, ...words, '--url', url)
      assert.equal(refused.code, 3)
      assert.match(
        refused.stderr,
        /^refused: RESERVED_UNITS: 3 units are held or sold in away.csv, /,
      )
    }
    assert.equal((await inventory.head()).seq, seq)
    const done = await holdfast('import', table, '--reserved-as-available', '--url', url)
    assert.equal(done.code, 0, done.stderr)
    assert.equal((await inventory.stock({ warehouseId: 'SF', productId: 'CUP' })).available, 5)
  })

  it('takes a table in once, goes on after a break, and takes counts', async (t) => {
    const { url, inventory } = await running(t)
    const ids = Array.from({ length: 1100 }, (_, index) => `P${String(index).padStart(4, '0')}`)
    const many = file('many.csv', HEADER, ...ids.map((id) => `SF,${id},2`))
    const [{ reference }] = (await holdfastJson<{ reference: string }>(
      ...['import', many, '--dry-run', '--url', url],
    )) as [{ reference: string }]
    assert.equal((await inventory.head()).seq, 3)
    // What a run leaves that broke off behind its first piece.
    const [type, id] = reference.split(':') as [string, string]
    const commands = ids.slice(0, 500).map((productId) => {
      return { verb: 'addStock', warehouseId: 'SF', productId, qty: 2, source: 'IMPORT' } as const
    })
    const { seq } = await inventory.atomically({ commands, reference: { type, id } })
    const done = await holdfast('import', many, '--url', url)
    assert.match(done.stdout, /^imported: 1,100 rows, 2,200 units \(500 levels of them by an/)
    assert.equal((await inventory.head()).seq, seq + 600)
    const again = await holdfast('import', many, '--url', url)
    assert.match(again.stderr, /^refused: TABLE_KNOWN/)
    const count = file(
      'count.csv',
      HEADER,
      ...ids.map((id) => `SF,${id},${id === 'P0007' ? 9 : 2}`),
    )
    const set = await holdfast('import', count, '--set', '--url', url)
    assert.match(set.stdout, /\nSF +1100 +2207 +7 +0\n/, set.stderr)
    const { onHand } = await inventory.stock({ warehouseId: 'SF', productId: 'P0007' })
    assert.equal(onHand, 9)
    // Counts that change nothing write nothing, but for the last one of each piece.
    assert.equal((await inventory.head()).seq, seq + 600 + 1 + 6)
  })

  it('that has the file open is named where the import cannot have it', async () => {
    await shop('open.db')
    await using writer = await openInventory({ store: sqlite({ path: path('open.db') }) })
    const locked = await holdfast(
      'import',
      file('l.csv', HEADER, 'SF,A,1'),
      '--db',
      path('open.db'),
    )
    assert.match(locked.stderr, /^failed: STORE_LOCKED: [^]*with --url/)
    assert.equal((await writer.head()).seq, 2)
  })
})

/** The inventory, with one of its methods replaced. */
function replaced<Name extends keyof Inventory>(
  inventory: Inventory,
  name: Name,
  method: Inventory[Name],
): Inventory {
  return new Proxy(inventory, {
    get: (real, key) => {
      const value: unknown = key === name ? method : Reflect.get(real, key, real)
      return typeof value === 'function' ? (value.bind(real) as unknown) : value
    },
  })
}

it('says how to go on where the service is lost', async (t) => {
  const { inventory } = await running(t)
  const ids = Array.from({ length: 1100 }, (_, index) => `P${String(index).padStart(4, '0')}`)
  const many = file('lost.csv', HEADER, ...ids.map((id) => `SF,${id},2`))
  const stopped: Promise<void>[] = []
  const atomically: typeof inventory.atomically = async (list, options) => {
    const answer = await inventory.atomically(list, options)
    stopped.push(service.close())
    return answer
  }
  const service = await startService({
    inventory: replaced(inventory, 'atomically', atomically),
    port: 0,
  })
  const lost = await holdfast('import', many, '--url', service.url)
  await Promise.all(stopped)
  assert.equal(lost.code, 1)
  assert.match(
    lost.stderr,
    /^failed: [A-Z_]+: .*\n500 of 1,100 levels are in, perhaps some more\. To go on, /m,
  )
})

it('comes only into levels that are still empty when it does, unless --add says so', async (t) => {
  const inventory = await openInventory({
    store: memory(),
    warehouses: [{ id: 'SF', name: 'a' }],
  })
  let comes = true
  const listStock: typeof inventory.listStock = async (query) => {
    const page = await inventory.listStock(query)
    if (comes) await inventory.addStock({ ...{ warehouseId: 'SF', productId: 'CUP' }, ...DELIVERY })
    return page
  }
  const busy = replaced(inventory, 'listStock', listStock)
  const service = await startService({ inventory: busy, port: 0 })
  t.after(async () => {
    await service.close()
    await inventory.close()
  })
  const aside = file('busy.csv', `${HEADER},unsellable`, 'SF,HAT,5,1', 'SF,CUP,3,1')
  const url = ['--url', service.url]
  const refused = await holdfast('import', aside, ...url)
  assert.equal(refused.code, 3)
  assert.match(
    refused.stderr,
    /^refused: STOCK_CHANGED: line 3: .*; of 2 levels nothing was done, nothing was taken in$/m,
  )
  const units = async () =>
    Object.fromEntries(
      (await inventory.listStock()).items.map((level) => [level.productId, level.onHand]),
    )
  assert.deepEqual(await units(), { CUP: 1 })
  assert.equal((await holdfast('import', aside, '--add', ...url)).code, 0)
  assert.deepEqual(await units(), { CUP: 5, HAT: 5 })
  comes = false
  const empty = file('quiet.csv', `${HEADER},unsellable`, 'SF,BAG,5,1', 'SF,PIN,3,3')
  assert.equal((await holdfast('import', empty, ...url)).code, 0)
  assert.deepEqual(await units(), { BAG: 5, CUP: 5, HAT: 5, PIN: 3 })
})

const DELIVERY = { qty: 1, source: 'S' }
