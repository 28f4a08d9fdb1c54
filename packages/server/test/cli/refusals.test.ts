import assert from 'node:assert/strict'
import { statSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { before, describe, it } from 'node:test'
import { openInventory } from 'holdfast'
import { sqlite } from 'holdfast/sqlite'
import { folder, holdfast, holdfastJson } from './support/holdfast.ts'

const path = folder()
const db = ['--db', path('shop.db')] as const
const LAPTOP = ['-w', 'SF', '-p', 'LAPTOP'] as const

describe('commands', () => {
  before(async () => {
    await holdfast('init', ...db, '--warehouse', 'SF:San Francisco', '--warehouse', 'NYC:New York')
    await holdfast('add-stock', ...LAPTOP, '-q', '10', '--source', 'SUPPLIER', ...db)
  })

  it('are refused with exit code 3, one clear line on stderr or JSON on stdout', async () => {
    const reserve = ['reserve', ...LAPTOP, '-q', '1000', '--ttl-ms', '60000', ...db]
    const plain = await holdfast(...reserve)
    assert.equal(plain.code, 3)
    assert.equal(plain.stdout, '')
    assert.match(plain.stderr, /^refused: INSUFFICIENT_STOCK: need 1000, have \d+ .*\n$/)

    const json = await holdfast(...reserve, '--json')
    assert.equal(json.code, 3)
    const { ok, code } = JSON.parse(json.stdout) as { ok: boolean; code: string }
    assert.deepEqual([ok, code], [false, 'INSUFFICIENT_STOCK'])
    assert.equal(json.stderr, '')
  })

  it('take numbers strictly', async () => {
    const add = (qty: string) =>
      holdfast('add-stock', ...LAPTOP, `--qty=${qty}`, '--source', 'x', ...db)
    const wrong = await Promise.all(['5x', '0x10', '1e3', ' 5 ', '', '1.5', '١'].map(add))
    assert.deepEqual(
      wrong.map(({ code }) => code),
      wrong.map(() => 2),
    )
    for (const qty of ['0', '-5', '1000000000001']) {
      const { code, stderr } = await add(qty)
      assert.equal(code, 3)
      assert.match(stderr, /^refused: INVALID_QTY: /)
    }
  })

  it('refuse ids that hold what cannot be seen, and show it', async () => {
    const told = async (...line: string[]): Promise<string> => {
      const { code, stderr } = await holdfast(...line)
      assert.notEqual(code, 0, line.join(' '))
      return stderr
    }
    const add = ['add-stock', '-q', '1', '--source', 's', ...db]
    const ends = 'refused: INVALID_INPUT: warehouseId ends with a space: "SF "\n'
    assert.equal(await told(...add, '-w', 'SF ', '-p', 'LAPTOP'), ends)
    assert.equal(await told('change-warehouse', '-w', 'SF ', ...db), ends)
    assert.equal(await told('list-stock', '-w', 'SF ', ...db), ends)
    assert.match(
      await told('init', '--warehouse', 'SF :a', '--config', path('new.jsonc')),
      /Its id ends with a space: "SF "\./,
    )
    assert.match(
      await told(...add, '-w', 'S F', '-p', 'LAPTOP'),
      /^refused: WAREHOUSE_NOT_FOUND: there is no warehouse "S F"\n$/,
    )
  })

  it('show ids that could be taken for something else in quotes', async () => {
    const shop = ['--db', path('spaces.db')]
    await holdfast(
      'init',
      ...shop,
      '--warehouse',
      'S F:San Francisco',
      '--warehouse',
      'NYC:New York',
    )
    const add = ['add-stock', '-q', '3', '--source', 's', ...shop]
    const made = await holdfast(...add, '-w', 'S F', '-p', 'CUP  BLUE')
    assert.match(made.stdout, /^"CUP  BLUE"  "S F" +3 /m)
    const { stdout } = await holdfast('list-stock', ...shop)
    assert.match(stdout, /^"CUP  BLUE"  "S F" +3 /m)
    const { stdout: audit } = await holdfast('audit', ...shop)
    assert.match(audit, / RECEIVED +3  "CUP  BLUE"  "S F"$/m)
    const why = await holdfast('explain', ...shop, '-w', 'S F', '-p', 'CUP  BLUE')
    assert.match(why.stdout, /^"CUP  BLUE" in "S F", at seq \d+:/)
    const [level] = await holdfastJson<{ productId: string }>('list-stock', ...shop)
    assert.equal(
      (level as unknown as { items: { productId: string }[] }).items[0]!.productId,
      'CUP  BLUE',
    )
    const held = await holdfast(
      'reserve',
      ...shop,
      '-w',
      'S F',
      '-p',
      'CUP  BLUE',
      '-q',
      '1',
      '--ttl-ms',
      '1h',
    )
    assert.match(held.stdout, /^holds +1 of "CUP  BLUE" in "S F"$/m)
    const short = await holdfast(
      'reserve',
      ...shop,
      '-w',
      'S F',
      '-p',
      'CUP  BLUE',
      '-q',
      '9',
      '--ttl-ms',
      '1h',
    )
    assert.match(short.stderr, /need 9, have 2 of "CUP  BLUE" in "S F"/)
  })

  it('take no reference without its type', async () => {
    for (const verb of [['audit'], ['add-stock', ...LAPTOP, '-q', '1', '--source', 's']]) {
      const { code, stderr } = await holdfast(...verb, '--reference', '4711', ...db)
      assert.equal(code, 2)
      assert.match(stderr, /^error: .* argument '4711' is invalid\. It must be like order:4711\.\n/)
    }
    const found = await holdfast('audit', '--reference', 'order:47:11', ...db)
    assert.deepEqual([found.code, found.stderr], [0, 'none\n'])
  })

  it('tell a mistyped warehouse from one that has nothing', async () => {
    const note = 'none\nnote: there is no warehouse NOPE\n'
    for (const verb of ['list-stock', 'list-reservations', 'list-transfers', 'audit']) {
      const nothing = ['-p', 'NONE', ...db]
      const mistyped = await holdfast(verb, '-w', 'NOPE', ...nothing)
      assert.deepEqual([mistyped.code, mistyped.stderr], [0, note], verb)
      const json = await holdfast(verb, '-w', 'NOPE', ...nothing, '--json')
      assert.equal(json.stderr, 'note: there is no warehouse NOPE\n')
      assert.equal(json.stdout, (await holdfast(verb, '-w', 'SF', ...nothing, '--json')).stdout)
      assert.equal((await holdfast(verb, '-w', 'SF', ...nothing)).stderr, 'none\n')
    }
    await holdfast('change-warehouse', '-w', 'OLD', '--name', 'Old', ...db)
    await holdfast('close-warehouse', '-w', 'OLD', ...db)
    assert.equal((await holdfast('list-stock', '-w', 'OLD', ...db)).stderr, 'none\n')
  })

  it('tell a product that was never there from one that is sold out', async () => {
    const lamp = ['-w', 'SF', '-p', 'LAMP', ...db]
    const never = await holdfast('stock', ...lamp)
    assert.deepEqual([never.code, never.stderr], [0, 'note: nothing ever happened to LAMP in SF\n'])
    await holdfast('add-stock', ...lamp, '-q', '1', '--source', 's')
    assert.equal((await holdfast('stock', ...lamp)).stderr, '')
    await holdfast('remove-stock', ...lamp, '-q', '1', '--reason', 'LOST')
    assert.equal((await holdfast('stock', ...lamp)).stderr, '')
  })

  it('say that there is no such file', async () => {
    const none = path('none')
    for (const verb of [
      ['import', none, ...db],
      ['batch', none, ...db],
      ['atomically', none, ...db],
      ['replay', none, '--db', path('new.db')],
      ['restore', none, ...db],
      ['init', '--warehouses', none, '--db', path('new.db')],
      ['serve', '--config', none, ...db],
    ]) {
      const { code, stderr } = await holdfast(...verb)
      assert.deepEqual([code, stderr], [1, `failed: there is no file ${none}\n`], verb.join(' '))
    }
    for (const verb of ['import', 'batch', 'atomically', 'restore']) {
      const { code, stderr } = await holdfast(verb, path(''), ...db)
      assert.deepEqual([code, stderr], [1, `failed: ${resolve(path(''))} is a folder\n`], verb)
    }
    const stdin = await holdfast('import', '-', ...db)
    assert.equal(
      stdin.stderr,
      'failed: it reads the file twice, and stdin can be read only once\nSave it as a file, and name that.\n',
    )
  })

  it('say that the name of a file is empty, before anything else', async () => {
    // There is no such inventory, which would be told next.
    const none = ['--db', path('none.db')]
    const told = async (...verb: string[]): Promise<string> => {
      const { code, stdout, stderr } = await holdfast(...verb, ...none)
      assert.deepEqual([code, stdout], [2, ''], `${verb.join(' ')}: ${stderr}`)
      return stderr
    }
    for (const verb of ['import', 'batch', 'atomically', 'replay', 'backup', 'restore'])
      assert.equal(await told(verb, ''), 'error: the name of the file must not be empty\n')
    for (const [flag, ...verb] of [
      ['--config', 'serve'],
      ['--config', 'init'],
      ['--warehouses', 'init'],
      ['--out', 'export', 'stock'],
    ] as const)
      assert.equal(await told(...verb, flag, ''), `error: ${flag} must not be empty\n`)
    for (const verb of ['backup', 'restore']) {
      const said = await told(verb, 'postgres://ann:s3cr3t@db.internal/shop')
      assert.match(said, /^error: a backup is a file: /)
      assert.doesNotMatch(said, /s3cr3t/)
    }
  })

  it('do not go to the file when --url is empty', async () => {
    const add = ['add-stock', ...LAPTOP, '-q', '1', '--source', 's']
    for (const verb of [add, ['stock', ...LAPTOP], ['token', 'list'], ['verify']]) {
      const { code, stdout, stderr } = await holdfast(...verb, '--url', '')
      assert.deepEqual([code, stdout, stderr], [2, '', 'error: --url must not be empty\n'])
    }
  })

  it('take no mistyped address for a file, and show none of its password', async () => {
    const verbs = [
      ['stock', ...LAPTOP],
      ['init', '--warehouse', 'SF:San Francisco'],
      ['serve', '--demo', '--port', '0'],
      ['token', 'list'],
      ['migrate'],
    ]
    const addresses = [
      'postgres//ann:s3cr3t@db.internal/shop',
      'postgresql//db.internal/shop?user=ann&sslpassword=s3cr3t',
      'postgresql:/ann:s3cr3t@db.internal/shop',
      'postgres:/db.internal/s3cr3t',
      'postgres:ann:s3cr3t@db.internal/shop',
      'postgres;//ann:s3cr3t@db.internal/shop',
      'postgre:/ann:s3cr3t@db.internal/shop',
      'postgress://ann:s3cr3t@db.internal/shop',
      ' postgres://ann:s3cr3t@db.internal/shop',
      'jdbc:postgresql://db.internal/shop?user=ann&password=s3cr3t',
      'ann:s3cr3t@db.internal/shop',
      '//ann:s3cr3t@db.internal/shop',
      'host=db.internal user=ann password=s3cr3t',
      `postgres://ann:s3cr3t@db.internal/shop?schema=${'x'.repeat(51)}`,
      'postgres://ann:s3cr3t@db.internal/shop?schema=',
    ]
    for (const [index, address] of addresses.entries()) {
      const verb = verbs[index % verbs.length]!
      const { code, stdout, stderr } = await holdfast(...verb, '--db', address)
      assert.deepEqual([code, stdout], [2, ''], `${verb[0]} --db ${address}: ${stderr}`)
      assert.match(stderr, /^error: --db: (.*\bpostgres:\/\/|there is no store for|schema must)/)
      assert.doesNotMatch(stderr, /s3cr3t/)
    }
    for (const name of ['a:b@c.db', 'postgres//shop.db']) {
      const { stderr } = await holdfast('stock', ...LAPTOP, '--db', `./${name}`)
      assert.match(stderr, /^failed: there is no inventory at \//)
    }
    const { stderr } = await holdfast('stock', ...LAPTOP, '--db', 'postgres/shop.db')
    assert.match(stderr, /^failed: there is no inventory at \//)
  })

  it('name what is there instead of making a new inventory of a mistyped path', async () => {
    const { code, stderr } = await holdfast('stock', ...LAPTOP, '--db', path('shpo.db'))
    assert.equal(code, 1)
    assert.match(stderr, /^failed: there is no inventory at .*shpo\.db\n/)
  })

  it('take an empty file for none, and leave it empty; init fills it', async () => {
    const empty = path('empty.db')
    writeFileSync(empty, '')
    for (const args of [
      ['stock', ...LAPTOP],
      ['add-stock', ...LAPTOP, '-q', '1', '--source', 's'],
      ['token', 'create', '--role', 'admin', '--name', 'ann'],
      ['serve', '--port', '0'],
      ['serve', '--read-only', '--port', '0'],
    ]) {
      const { code, stderr } = await holdfast(...args, '--db', empty)
      assert.equal(code, 1, args.join(' '))
      assert.match(stderr, /there is no inventory at .*empty\.db/)
      assert.equal(statSync(empty).size, 0)
    }
    const made = await holdfast('init', '--warehouse', 'SF:San Francisco', '--db', empty)
    assert.equal(made.code, 0)
  })

  it('do a batch line by line, each answering for itself', async () => {
    const lines = [
      '{"verb":"addStock","warehouseId":"SF","productId":"PEN","qty":5,"source":"s"}',
      'no json',
      '',
      '{"verb":"reserve","warehouseId":"SF","productId":"PEN","qty":6,"ttlMs":60000}',
      '{"verb":"reserve","warehouseId":"SF","productId":"PEN","qty":1,"ttlMs":60000,"onwer":"x"}',
      '{"verb":"reserve","warehouseId":"SF","productId":"PEN","qty":2,"ttlMs":60000}',
    ]
    writeFileSync(path('batch.jsonl'), lines.join('\n'))
    const { code, stdout } = await holdfast('batch', path('batch.jsonl'), ...db, '--json')
    assert.equal(code, 3)
    const answers = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { ok: boolean; code?: string })
    assert.deepEqual(
      answers.map((answer) => answer.code ?? answer.ok),
      [true, 'INVALID_INPUT', 'INSUFFICIENT_STOCK', 'INVALID_INPUT', true],
    )
  })

  it('do all of a list or nothing, and say which one does not fit', async () => {
    const lines = [
      '{"verb":"addStock","warehouseId":"SF","productId":"CUP","qty":5,"source":"s"}',
      '{"verb":"reserve","warehouseId":"SF","productId":"CUP","qty":6,"ttlMs":60000}',
    ]
    writeFileSync(path('all.jsonl'), lines.join('\n'))
    const { code, stderr } = await holdfast('atomically', path('all.jsonl'), ...db)
    assert.equal(code, 3)
    assert.match(stderr, /^refused: INSUFFICIENT_STOCK: .* \(command 2\)\n$/)
    const [stock] = await holdfastJson<{ onHand: number }>('stock', '-w', 'SF', '-p', 'CUP', ...db)
    assert.equal(stock!.onHand, 0)
  })

  it('answer a repeated command by its idempotency key, with one effect', async () => {
    const add = ['add-stock', '-w', 'NYC', '-p', 'KEY', '-q', '4', '--source', 's', ...db]
    const first = await holdfast(...add, '--idempotency-key', 'k', '--json')
    const again = await holdfast(...add, '--idempotency-key', 'k', '--json')
    assert.equal(again.stdout, first.stdout)
    const other = ['add-stock', '-w', 'NYC', '-p', 'KEY', '-q', '5', '--source', 's', ...db]
    const { code, stderr } = await holdfast(...other, '--idempotency-key', 'k')
    assert.equal(code, 3)
    assert.match(stderr, /IDEMPOTENCY_CONFLICT/)
  })

  it('do commands in several lists that are too much for one', async () => {
    // Each of them may write a thousand entries.
    const lines = Array.from({ length: 100 }, (_, at) => ({
      verb: 'releaseAll',
      of: { owner: `o${at}` },
    }))
    writeFileSync(path('much.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
    const batch = ['batch', path('much.jsonl'), '--idempotency-key', 'much', ...db]
    const first = await holdfast(...batch)
    assert.deepEqual([first.code, first.stderr], [0, '100 done, 0 refused\n'])
    assert.match(first.stdout, /^line 1: .*\n(.*\n){98}line 100: releaseAll done, seq \d+\n$/)
    const again = await holdfast(...batch)
    assert.equal(again.stderr, '100 done, 0 refused; 100 answered before, and not done again\n')
  })

  it('do nothing twice if a file comes again in other lists than before', async () => {
    const warehouses = (count: number) =>
      Array.from({ length: count }, (_, at) => ({ id: `W${at}`, name: 'W' }))
    const much = ['--db', path('lists.db')]
    writeFileSync(path('lists.json'), JSON.stringify(warehouses(39)))
    await holdfast('init', '--warehouses', path('lists.json'), ...much)
    const add = { verb: 'addStock', warehouseId: 'W0', productId: 'CUP', qty: 10_000, source: 's' }
    // It may have a leg in each warehouse, so how much it may write depends on how many there are.
    const order = { verb: 'fulfillAcrossWarehouses', productId: 'CUP', qty: 60, ttlMs: 60_000 }
    const lines = [add, ...Array.from({ length: 999 }, () => order)]
    writeFileSync(path('lists.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
    const batch = ['batch', path('lists.jsonl'), '--idempotency-key', 'lists', ...much]
    assert.match((await holdfast(...batch)).stderr, /^167 done, 833 refused\n$/)
    const inventory = await openInventory({ store: sqlite(path('lists.db')) })
    for (const { id, name } of warehouses(49).slice(39))
      await inventory.changeWarehouse({ id, name })
    await inventory.close()
    const again = await holdfast(...batch)
    assert.deepEqual([again.code, again.stdout], [3, ''])
    assert.match(again.stderr, /IDEMPOTENCY_CONFLICT/)
  })

  it('refuse a line that is too much alone, and do the others', async () => {
    const metadata = Object.fromEntries(
      Array.from({ length: 50 }, (_, at) => [`k${at}`, 'x'.repeat(490)]),
    )
    const add = { verb: 'addStock', warehouseId: 'SF', productId: 'ALONE', qty: 1, source: 's' }
    const much = { verb: 'atomically', metadata, commands: Array.from({ length: 1000 }, () => add) }
    const lines = [add, much, add].map((line) => `${JSON.stringify(line)}\n`)
    writeFileSync(path('alone.jsonl'), lines.join(''))
    const { code, stdout, stderr } = await holdfast('batch', path('alone.jsonl'), ...db)
    assert.deepEqual([code, stderr], [3, '2 done, 1 refused\n'])
    assert.match(
      stdout,
      /^line 1: addStock done.*\nline 2: refused: INVALID_INPUT: .*bytes.*\nline 3: addStock done.*\n$/,
    )
  })

  it('say that a file of commands was answered before', async () => {
    const lines = [
      '{"verb":"addStock","warehouseId":"SF","productId":"AGAIN","qty":1,"source":"s"}',
      '{"verb":"sell","warehouseId":"SF","productId":"AGAIN","qty":9}',
    ]
    writeFileSync(path('again.jsonl'), lines.join('\n'))
    const batch = ['batch', path('again.jsonl'), '--idempotency-key', 'again', ...db]
    const first = await holdfast(...batch)
    assert.doesNotMatch(first.stdout + first.stderr, /before/)
    await holdfast('add-stock', '-w', 'SF', '-p', 'AGAIN', '-q', '9', '--source', 's', ...db)
    const again = await holdfast(...batch)
    assert.equal(again.stdout, first.stdout.replaceAll('\n', ' (answered before)\n'))
    assert.equal(again.stderr, '1 done, 1 refused; 2 answered before, and not done again\n')
    const answers = await holdfastJson<{ replayed?: true }>(...batch)
    assert.deepEqual(
      answers.map(({ replayed }) => replayed),
      [true, true],
    )
    writeFileSync(path('all-again.jsonl'), lines[0]!)
    const all = ['atomically', path('all-again.jsonl'), '--idempotency-key', 'all', ...db]
    assert.equal((await holdfast(...all)).stderr, '')
    assert.match((await holdfast(...all)).stderr, /^this idempotency key was used before/)
  })

  it('say which lines were answered before by keys of their own', async () => {
    const sale = '"verb":"addStock","warehouseId":"SF","productId":"OWN","qty":1,"source":"s"'
    writeFileSync(path('own.jsonl'), `{${sale},"idempotencyKey":"own"}\n{${sale}}\n`)
    await holdfast('batch', path('own.jsonl'), ...db)
    const again = await holdfast('batch', path('own.jsonl'), ...db)
    assert.match(again.stdout, /^line 1: .* \(answered before\)\nline 2: addStock done, seq \d+\n$/)
    assert.equal(again.stderr, '2 done, 0 refused; 1 answered before, and not done again\n')
  })
})
