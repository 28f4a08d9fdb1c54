import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { openInventory } from '../src/index.ts'
import { ENTRY_TYPES } from '../src/log/codes.ts'
import { commitHash, sha256, type CommitHeader } from '../src/log/hash.ts'
import { EFFECTS } from '../src/model/adjustment-type.ts'
import { sqlite } from '../src/store/sqlite/index.ts'
import { manualClock } from '../src/testing/manual-clock.ts'
import { makeHistory, tamperFolder, tamperWith } from './support/small-history.ts'

const ROOT = resolve(import.meta.dirname, '../../..')
const READER = join(ROOT, 'examples/log-reader/log_reader.py')
const ORDERS = resolve(ROOT, '../shared/data/online-retail-2010-12-01.csv.gz')
const PAGE = readFileSync(join(ROOT, 'docs/log-format.md'), 'utf8')

interface Seen {
  readonly head: string
  readonly levels: readonly {
    readonly warehouse: string
    readonly product: string
    readonly available: number
    readonly held: number
    readonly allocated: number
    readonly unsellable: number
  }[]
}

const { path: PYTHON, whyNot: skip } = findPython()
const folder = tamperFolder()
const history = join(folder, 'history.db')

before(() => makeHistory(history))
after(() => rmSync(folder, { recursive: true }))

describe('the reader in Python', { skip }, () => {
  test('finds the same head and levels as the library', async () => {
    const seen = await readByPython(history)
    assert.deepEqual(seen, await readByLibrary(history))
    assert.equal(seen.levels.length, 3)
  })

  test('and with the orders of a real day', { skip: whyNoOrders() }, async () => {
    const day = join(folder, 'day.db')
    const replay = ['packages/server/bin/holdfast.js', 'replay', ORDERS, '--db', day]
    await promisify(execFile)(process.execPath, replay, { cwd: ROOT })
    const seen = await readByPython(day)
    assert.deepEqual(seen, await readByLibrary(day))
    assert.ok(seen.levels.length > 2000)
  })

  test('prints the same for people', () => {
    const { status, stdout } = python(history)
    assert.equal(status, 0)
    const [head, ...levels] = stdout.trimEnd().split('\n')
    assert.match(head!, /^51:[0-9a-f]{64}$/)
    assert.deepEqual(levels, ['NYC SOCK 19 0 0 0', 'SF HAT 29 1 0 0', 'SF SOCK 3 79 6 4'])
  })

  const changes: Readonly<Record<string, readonly [(db: DatabaseSync) => void, string]>> = {
    'a byte of a body': [
      (db) => db.exec(`UPDATE commits SET body = replace(body, '[1,1,100,', '[1,1,101,')`),
      'commit 2: its hash does not match',
    ],
    'a text': [
      (db) => db.exec(`UPDATE commits SET texts = replace(texts, '"ann"', '"amn"')`),
      'commit 2: its texts do not match',
    ],
    'a salt': [
      (db) => db.exec(`UPDATE commits SET texts = '["!' || substr(texts, 4) WHERE number = 4`),
      'commit 4: it has a salt of another form',
    ],
    'a space in the list of texts': [
      (db) => db.exec(`UPDATE commits SET texts = '[ ' || substr(texts, 2) WHERE number = 2`),
      'commit 2: its texts are not in canonical form',
    ],
    'where a salt ends': [(db) => moveByOne(db, 2), 'commit 2: it has a salt of another form'],
    'a text that is gone': [
      (db) => db.exec(`UPDATE commits SET texts = NULL WHERE number = 5`),
      'commit 5: its texts do not match',
    ],
    'a time': [
      (db) => db.exec('UPDATE commits SET at = at + 1 WHERE number = 7'),
      'commit 7: its hash does not match',
    ],
    'a number of levels': [
      (db) => db.exec('UPDATE commits SET level_keys = 2 WHERE number = 28'),
      'commit 28: its hash does not match',
    ],
    'a commit that was taken out': [
      (db) => db.exec('DELETE FROM commits WHERE number = 6'),
      'commit 6: it is missing',
    ],
    'a body that is not UTF-8': [
      (db) => db.exec(`UPDATE commits SET body = CAST(x'7bff7d' AS TEXT) WHERE number = 3`),
      'commit 3: its hash does not match',
    ],
  }
  for (const [index, [name, [change, finding]]] of Object.entries(changes).entries()) {
    test(`finds ${name}, and names the commit`, () => {
      const copy = join(folder, `copy-${index}.db`)
      tamperWith(history, copy, change)
      const { status, stdout, stderr } = python(copy)
      assert.deepEqual([status, stdout, stderr], [1, '', `${finding}\n`])
    })
  }

  test('computes the same digest of any text as the library', async () => {
    const file = join(folder, 'strange.db')
    const store = sqlite({ path: file, worker: false })
    {
      await using shop = await openInventory({ store, warehouses: [{ id: 'SF', name: 'Søndre' }] })
      const mug = { warehouseId: 'SF', productId: 'MÜG', qty: 1, source: 'S' }
      for (const actor of ['"\\/', '</script>', 'Å😀', '\u2028\u2029\ufeff', '\u00a0\uffff'])
        await shop.addStock({ ...mug, actor, metadata: { [actor]: actor } })
    }
    assert.deepEqual(await readByPython(file), await readByLibrary(file))
  })

  // In the last commit of the page's example, with a correct hash, as another program might write it.
  const others: Readonly<
    Record<string, readonly [was: string | null, is: string, finding: string]>
  > = {
    'another format': ['"v":1', '"v":2', 'its format is unknown'],
    'an unknown member': ['"v":1', '"v":1,"z":[]', 'its format is unknown'],
    'an unknown type': ['[[9,', '[[23,', 'entry 3 is of an unknown type'],
    'an unknown option': [',0]],', ',0,{"by":0}]],', 'entry 3 has an unknown option'],
    'a body that is no object': [null, 'null', 'its format is unknown'],
    'an index of a missing text': [',60000,0]', ',60000,1]', 'entry 3 is malformed'],
    'an index of a missing group': [',0]],', ',0,{"group":1}]],', 'entry 3 is malformed'],
    'half of what it replaces': [',0]],', ',0,{"replaces":2}]],', 'entry 3 is malformed'],
    'invalid unsellable units': [',0]],', ',0,{"unsellable":0}]],', 'entry 3 is malformed'],
    'unsellable units that do not follow': [
      ',0]],',
      ',0,{"unsellable":1}]],',
      'entry 3 does not add up',
    ],
    'units below zero': ['[[9,1,2,8,2,', '[[9,1,-2,12,-2,', 'entry 3 is malformed'],
    'an invalid owner': ['[[9,', '[[16,', 'entry 3 is malformed'],
    'an index of a missing actor': [',0]],', ',0,{"actor":1}]],', 'entry 3 is malformed'],
    'one element too many': [',0]],', ',0,0]],', 'entry 3 is malformed'],
    'one element too few': [',60000,0]', ',60000]', 'entry 3 is malformed'],
    'an invalid number': [',60000,', ',60000.5,', 'entry 3 is malformed'],
    'a level that was never made': ['[[9,1,', '[[9,2,', 'entry 3 has no level'],
    'counts that do not follow': ['[[9,1,2,8,2,', '[[9,1,2,8,3,', 'entry 3 does not add up'],
    'another entry before it': [
      ',2,0,2,0,',
      ',2,0,1,0,',
      'entry 3 does not name the entry before it',
    ],
  }
  for (const [index, [name, [was, is, finding]]] of Object.entries(others).entries()) {
    test(`refuses ${name}`, () => {
      const rows = exampleOf(PAGE)
      const last = rows.at(-1)!
      if (was !== null) assert.ok(last['body']!.includes(was))
      const body = was === null ? is : last['body']!.replace(was, is)
      const hash = commitHash(rows.at(-2)!['hash']!, headerOf(last), sha256(body))
      const file = join(folder, `other-${index}.db`)
      writeLog(file, [...rows.slice(0, -1), { ...last, body, hash }])
      const { status, stdout, stderr } = python(file)
      assert.deepEqual([status, stdout, stderr], [1, '', `commit 3: ${finding}\n`])
    })
  }

  test('does not create a missing file', () => {
    const nowhere = join(folder, 'nowhere.db')
    assert.equal(python(nowhere).status, 1)
    assert.ok(!existsSync(nowhere))
  })
})

describe('docs/log-format.md', () => {
  const example = exampleOf(PAGE)

  test('its example is a log, with the given head and level', { skip }, () => {
    const file = join(folder, 'example.db')
    writeLog(file, example)
    const [, head, level] = /Its head is `(.*?)`[^]*?\n`(.*?)`/.exec(PAGE)!
    const { status, stdout } = python(file)
    assert.deepEqual([status, stdout], [0, `${head}\n${level}\n`])
  })

  test('its example is what the library writes, except for random values', async () => {
    const file = join(folder, 'shop.db')
    await runTheShop(file)
    assert.deepEqual(example.map(withoutRandom), logOf(file).map(withoutRandom))
  })

  const types = [
    ...PAGE.matchAll(/^\| (\d+) +\| ([A-Z_]+) +\|(.*?)\|(.*?)\|(.*?)\|(.*?)\| `(.*?)` +\|$/gm),
  ]

  test('its codes and effects are those of the engine', () => {
    const codes = types.map(([, code, type]) => [Number(code), type])
    assert.deepEqual(codes, [...ENTRY_TYPES.entries()].slice(1))
    for (const [, , type, ...cells] of types) {
      const [available, held, allocated, unsellable] = cells.map(numberOf)
      const effect = { available, held, allocated, unsellable }
      assert.deepEqual(effect, EFFECTS[type as keyof typeof EFFECTS], type!)
    }
  })

  test('its lines have the shape of those that the library writes', () => {
    const written = new Set(logOf(history).flatMap(({ body }) => linesOf(body).map(shapeOf)))
    for (const [, code, type, , , , , line] of types) {
      const parsed = JSON.parse(line!) as unknown[]
      assert.equal(parsed[0], Number(code))
      assert.ok(written.has(shapeOf(parsed)), `${type}: ${line}`)
    }
  })

  test('its options are those of the lines', () => {
    const section = PAGE.slice(PAGE.indexOf('**Options**'), PAGE.indexOf('**Metadata**'))
    const options = [...section.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name!)
    assert.deepEqual(options, options.toSorted())
    const written = logOf(history).flatMap(({ body }) =>
      linesOf(body).flatMap((line) => Object.keys(Object(line.at(-1)) as object)),
    )
    assert.deepEqual([...new Set(written)].toSorted(), options)
  })

  test('its members are those of the bodies', () => {
    const section = PAGE.slice(PAGE.indexOf('## The body'), PAGE.indexOf('## Texts'))
    const members = [...section.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name!)
    assert.deepEqual(members, members.toSorted())
    for (const { body } of logOf(history))
      for (const member of Object.keys(JSON.parse(body!) as object))
        assert.ok(members.includes(member), member)
  })

  test('its SQL for SQLite runs, and its columns are those of the view', () => {
    using db = new DatabaseSync(history, { readOnly: true })
    for (const [, query] of PAGE.matchAll(/```sql\n([^]*?)```/g))
      if (!query!.includes('holdfast.')) assert.ok(db.prepare(query!).all().length > 0, query!)
    const section = PAGE.slice(PAGE.indexOf('The view `trail` has a row'))
    const table = section.slice(0, section.indexOf('All that happened'))
    const names = [...table.matchAll(/`(\w+)`/g)].map(([, name]) => name)
    const columns = db.prepare(`SELECT name FROM pragma_table_info('trail')`).all()
    for (const { name } of columns) assert.ok(names.includes(String(name)), String(name))
  })

  test('its views tell times to SQLite 3.38, which knows no %F', () => {
    using db = new DatabaseSync(history, { readOnly: true })
    const views = db.prepare(`SELECT name, sql FROM sqlite_schema WHERE type = 'view'`).all()
    for (const { name, sql } of views)
      for (const [, format] of String(sql).matchAll(/strftime\('([^']*)'/g))
        assert.doesNotMatch(format!, /%[^dfHjJmMsSwWY%]/, String(name))
    const { time } = db.prepare('SELECT time FROM trail WHERE seq = 1').get()!
    assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  })

  test('a SQLite of Python reads the same trail', { skip }, () => {
    using db = new DatabaseSync(history, { readOnly: true })
    const query = 'SELECT seq, type, time, expires_at, metadata FROM trail ORDER BY seq'
    const told = `import json, sqlite3, sys
print(json.dumps(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchall()))`
    const { stdout } = spawnSync(PYTHON, ['-c', told, history, query], { encoding: 'utf8' })
    const rows = db.prepare(query).all()
    assert.deepEqual(
      JSON.parse(stdout),
      rows.map((row) => Object.values(row)),
    )
  })
})

interface Python {
  readonly path: string
  /** Why it cannot run here, or false. */
  readonly whyNot: string | false
}

/** The program itself: a launcher in the path may search for it for a second each time. */
function findPython(): Python {
  const told = 'import sqlite3, sys; print(sys.executable, sqlite3.sqlite_version_info >= (3, 38))'
  const { error, stdout } = spawnSync('python3', ['-c', told], { encoding: 'utf8' })
  const found = /^(.+) (True|False)$/.exec(stdout?.trim() ?? '')
  if (error !== undefined || found === null) return { path: '', whyNot: 'python3 is not there' }
  const [, path, isNew] = found
  return { path: path!, whyNot: isNew === 'False' && 'the SQLite of python3 is older than 3.38' }
}

function whyNoOrders(): string | false {
  return existsSync(ORDERS) ? false : '../shared/data is not there'
}

function python(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(PYTHON, [READER, ...args], { encoding: 'utf8' })
}

async function readByPython(file: string): Promise<Seen> {
  const { stdout } = await promisify(execFile)(PYTHON, [READER, '--json', file], {
    maxBuffer: 2 ** 26,
  })
  const { head, levels } = JSON.parse(stdout) as Seen
  return { head, levels: levels.toSorted(byPlace) }
}

/** At a time when no hold has expired, so that its counts are those of the log. */
async function readByLibrary(file: string): Promise<Seen> {
  const store = sqlite({ path: file, worker: false })
  await using inventory = await openInventory({ store, readOnly: true, clock: () => 0 })
  const { seq, hash } = await inventory.head()
  const levels: Seen['levels'][number][] = []
  let cursor: string | undefined
  do {
    const page = await inventory.listStock({ limit: 1000, cursor })
    for (const { warehouseId, productId, available, held, allocated, unsellable } of page.items) {
      const place = { warehouse: warehouseId, product: productId }
      levels.push({ ...place, available, held, allocated, unsellable })
    }
    cursor = page.cursor ?? undefined
  } while (cursor !== undefined)
  return { head: `${seq}:${hash}`, levels: levels.toSorted(byPlace) }
}

function byPlace(a: Seen['levels'][number], b: Seen['levels'][number]): number {
  const [left, right] = [a, b].map(({ warehouse, product }) => `${warehouse}\n${product}`)
  return left! < right! ? -1 : 1
}

/** Moves the last character of the first salt to the start of its text. */
function moveByOne(db: DatabaseSync, commit: number): void {
  const [row] = db.prepare('SELECT texts FROM commits WHERE number = ?').all(commit)
  const [salt, text, ...rest] = JSON.parse(String(row!['texts'])) as string[]
  const moved = [salt!.slice(0, -1), salt!.slice(-1) + text!, ...rest]
  db.prepare('UPDATE commits SET texts = ? WHERE number = ?').run(JSON.stringify(moved), commit)
}

type Row = Readonly<Record<string, string>>

function exampleOf(page: string): Row[] {
  return [...page.matchAll(/```text\n(number [^]*?)```/g)].map(([, block]) => rowOf(block!))
}

/** A commit as the page shows it: a name and a value on each line. */
function rowOf(block: string): Row {
  const lines = block.trimEnd().split('\n')
  const pairs = lines.map((line) => /^(\w+) +(.*)$/.exec(line)!)
  return Object.fromEntries(pairs.map(([, name, value]) => [name!, value!]))
}

function headerOf(row: Row): CommitHeader {
  const [commit, firstSeq, lastSeq, at, levelKeys] = COLUMNS.split(', ').map((name) =>
    Number(row[name]),
  ) as [number, number, number, number, number]
  return { commit, firstSeq, lastSeq, at, levelKeys, batchId: row['batch_id']! }
}

const COLUMNS = 'number, first_seq, last_seq, at, level_keys'

function logOf(file: string): Row[] {
  using db = new DatabaseSync(file, { readOnly: true })
  const binary = 'lower(hex(batch_id)) AS batch_id, lower(hex(hash)) AS hash'
  const rows = db.prepare(`SELECT ${COLUMNS}, ${binary}, body, texts FROM commits`).all()
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).flatMap(([name, value]) =>
        value === null ? [] : [[name, String(value)]],
      ),
    ),
  )
}

function writeLog(file: string, rows: readonly Row[]): void {
  using db = new DatabaseSync(file)
  db.exec(
    `CREATE TABLE commits (${COLUMNS.replaceAll(/\w+/g, '$& INTEGER')}, batch_id, hash, body, texts)`,
  )
  const insert = db.prepare('INSERT INTO commits VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
  for (const row of rows) {
    const numbers = COLUMNS.split(', ').map((name) => Number(row[name]))
    const [batchId, hash] = [row['batch_id']!, row['hash']!].map((hex) => Buffer.from(hex, 'hex'))
    insert.run(...numbers, batchId!, hash!, row['body']!, row['texts'] ?? null)
  }
}

/** The shop of the page's example. */
async function runTheShop(path: string): Promise<void> {
  const clock = manualClock(1_700_000_000_000)
  const thresholds = { reorderThreshold: 5, reorderThresholds: { MUG: 3 } }
  await using shop = await openInventory({
    store: sqlite({ path, worker: false }),
    warehouses: [{ id: 'SF', name: 'San Francisco', ...thresholds }],
    clock: clock.now,
    monotonicClock: clock.monotonic,
    sweepMs: 0,
  })
  const mug = { warehouseId: 'SF', productId: 'MUG' }
  clock.advance(1000)
  await shop.addStock({ ...mug, qty: 10, source: 'FACTORY', actor: 'ann' })
  clock.advance(1000)
  await shop.reserve({ ...mug, qty: 2, ttlMs: 60_000, owner: 'cart-7', idempotencyKey: 'order-1' })
}

interface Parts {
  readonly entries: readonly unknown[][]
  readonly keys?: readonly string[]
  readonly texts?: readonly string[]
}

/** Without salts, digests, batch ids, hashes, the random part of reservations, and answers, which contain them. */
function withoutRandom({ batch_id: _, hash: __, body, texts, ...row }: Row): unknown {
  const { entries, keys = [], texts: digests = [], ...rest } = JSON.parse(body!) as Parts
  const lines = entries.map((line) => (line[0] === 9 ? line.with(8, 0) : line))
  const plain = (JSON.parse(texts ?? '[]') as string[]).filter((_text, index) => index % 2 === 1)
  const known = keys.map((key) => key.slice(0, 16))
  return { ...row, ...rest, lines, known, digests: digests.length, plain }
}

function linesOf(body: string | undefined): unknown[][] {
  return (JSON.parse(body!) as { entries?: unknown[][] }).entries ?? []
}

/** The type of a line, and the types of its elements. */
function shapeOf(line: readonly unknown[]): string {
  return JSON.stringify([
    line[0],
    ...line.map((place) => (place === null ? 'number' : typeof place)),
  ])
}

function numberOf(cell: string): number {
  return Number(cell.trim().replace('−', '-'))
}
