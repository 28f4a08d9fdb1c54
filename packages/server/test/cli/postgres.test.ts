import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { newSchema, pool, url } from '../../../holdfast/test/postgres/support/place.ts'
import { finished, folder, holdfast, holdfastJson, start } from './support/holdfast.ts'
import { firstDay } from './support/orders.ts'
import { sameReplay } from './support/same-replay.ts'

const path = folder()
const at = (schema: string): string => `${url}${url.includes('?') ? '&' : '?'}schema=${schema}`
const withPassword = (db: string): string => db.replace(/\/\/([^@:/]+)@/, '//$1:secret@')
const SF = ['--warehouse', 'SF:San Francisco']
const LAPTOP = ['-w', 'SF', '-p', 'LAPTOP']

describe('holdfast migrate', () => {
  it('says what is due, prints it, does it, and does it once', async () => {
    const db = ['--db', at(newSchema())]
    const due = await holdfast('migrate', '--check', ...db)
    assert.equal(due.code, 1)
    assert.match(due.stdout, /^the schema \w+ is at step 0 of 1; due: trail-and-stock$/m)
    const ways = await Promise.all([holdfast('migrate', ...db), holdfast('migrate', ...db)])
    for (const { code, stderr } of ways) assert.equal(code, 0, stderr)
    assert.equal(ways.filter(({ stdout }) => stdout.includes('was made, at step 1')).length, 1)
    assert.match((await holdfast('migrate', ...db)).stdout, /is up to date, at step 1$/m)
    const [state] = await holdfastJson<object>('migrate', '--check', ...db)
    assert.partialDeepStrictEqual(state, { version: 1, newest: 1, due: [], isCurrent: true })
    assert.match((await holdfast('migrate', '--sql', ...db)).stdout, /^-- .* nothing to do$/m)
  })

  it('prints SQL that does the same, run by an administrator', async () => {
    const [sqled, migrated] = [newSchema(), newSchema()]
    const { stdout } = await holdfast('migrate', '--sql', '--db', at(sqled))
    await pool.query(stdout)
    assert.equal((await holdfast('migrate', '--check', '--db', at(sqled))).code, 0)
    await holdfast('migrate', '--db', at(migrated))
    const shape = async (schema: string): Promise<unknown> => {
      const { rows } = await pool.query(
        `SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns
          WHERE table_schema = $1 ORDER BY 1, 2`,
        [schema],
      )
      return rows
    }
    assert.deepEqual(await shape(sqled), await shape(migrated))
  })

  it('prints SQL that the owner of a schema may run, without the right to make one', async () => {
    const schema = newSchema()
    await pool.query(`CREATE ROLE ${schema}; CREATE SCHEMA ${schema} AUTHORIZATION ${schema}`)
    const { stdout } = await holdfast('migrate', '--sql', '--db', at(schema))
    const client = await pool.connect()
    try {
      await client.query(`SET ROLE ${schema}`)
      await client.query(stdout)
    } finally {
      client.release(true)
    }
    assert.equal((await holdfast('migrate', '--check', '--db', at(schema))).code, 0)
  })

  it('is for PostgreSQL', async () => {
    const { code, stderr } = await holdfast('migrate', '--db', path('a.db'))
    assert.equal(code, 2)
    assert.match(stderr, /a file is brought up to date when it is opened/)
  })
})

describe('holdfast --db postgres://…', () => {
  it('does everything there that it does with a file, and shows no password', async () => {
    const db = ['--db', withPassword(at(newSchema()))]
    const made = await holdfast('init', ...SF, ...db)
    assert.equal(made.code, 0, made.stderr)
    assert.match(made.stdout, /SF +San Francisco[^]*^postgres(ql)?:\/\/.*schema=\w+$/m)
    const again = await holdfast('init', ...SF, ...db)
    assert.equal(again.code, 1)
    assert.match(again.stderr, /exists already/)
    for (const { stdout, stderr } of [made, again]) assert.doesNotMatch(stdout + stderr, /secret/)

    await holdfast('add-stock', ...LAPTOP, '-q', '10', '--source', 'SUPPLIER', ...db)
    const [hold] = await holdfastJson<{ id: string }>(
      ...['reserve', ...LAPTOP, '-q', '3', '--ttl-ms', '15m', ...db],
    )
    await holdfast('confirm', '--reservation-id', hold!.id, ...db)
    const [level] = await holdfastJson<object>('stock', ...LAPTOP, ...db)
    assert.partialDeepStrictEqual(level, { available: 7, held: 0, allocated: 3 })
    assert.match((await holdfast('verify', ...db)).stdout, /^verified: 4 entries/m)
    assert.match((await holdfast('export', 'stock', ...db)).stdout, /^SF,LAPTOP,10,7,0,3,0$/m)
    const backup = await holdfast('backup', path('copy.db'), ...db)
    assert.equal(backup.code, 1)
    assert.match(backup.stderr, /pg_dump/)
  })

  it('a mistyped schema does not become an inventory', async () => {
    const schema = newSchema()
    for (const verb of [
      ['stock', ...LAPTOP],
      ['add-stock', ...LAPTOP, '-q', '1', '--source', 'SUPPLIER'],
    ]) {
      const { code, stderr } = await holdfast(...verb, '--db', at(schema))
      assert.equal(code, 1)
      assert.match(stderr, /is not there yet .*holdfast migrate/)
    }
    const { rows } = await pool.query('SELECT FROM pg_namespace WHERE nspname = $1', [schema])
    assert.equal(rows.length, 0)
    const nowhere = await holdfast('list-warehouses', '--db', 'postgres://postgres@127.0.0.1:1/x')
    assert.equal(nowhere.code, 1)
    assert.match(nowhere.stderr, /STORE_UNAVAILABLE.*ECONNREFUSED/)
    assert.equal((await holdfast('list-warehouses', '--db', 'postgres://[')).code, 2)
    const cut = await holdfast('list-warehouses', '--db', 'postgres://bob:p@s3cr3t/x@127.0.0.1:1/x')
    assert.equal(cut.code, 2)
    assert.match(cut.stderr, /percent-encode what is in the password/)
    assert.doesNotMatch(cut.stderr, /s3cr3t/)
  })

  it('serve, served from there', async () => {
    const db = ['--db', withPassword(at(newSchema()))]
    const refused = await holdfast('serve', ...db)
    assert.equal(refused.code, 1)
    assert.match(refused.stderr, /there is no inventory at postgres/)
    const child = start(['serve', '--demo', '--json', '--port', '0', ...db])
    const end = finished(child)
    const [line] = await new Promise<[Buffer]>((resolve) =>
      child.stdout.once('data', (...first: [Buffer]) => resolve(first)),
    )
    const service = JSON.parse(String(line)) as { url: string }
    const answer = await fetch(`${service.url}/v1/stock/BERLIN/MUG-BLUE`)
    assert.partialDeepStrictEqual(await answer.json(), { available: 75, held: 4 })
    child.kill('SIGTERM')
    const { code, stderr } = await end
    assert.equal(code, 0, stderr)
    assert.doesNotMatch(stderr, /secret/)
  })

  const day = firstDay()
  it(
    'a replay of the first real day leaves the stock and the trail that it leaves in a file',
    { skip: day === null && '../shared/data is not there' },
    async () => {
      const compared = await sameReplay(day!, [path('day.db'), at(newSchema())], '0.9')
      assert.ok(compared.entries > 2_000 && compared.levels > 1_000, JSON.stringify(compared))
    },
  )
})
