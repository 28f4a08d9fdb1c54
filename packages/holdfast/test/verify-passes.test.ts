import { equal, match, ok } from 'node:assert/strict'
import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { openInventory, rebuild, type Fault, type Verdict } from '../src/index.ts'
import { verify } from '../src/engine/proof/verify.ts'
import { sqlite } from '../src/store/sqlite/index.ts'
import { changeLine, commitsOf, rehash } from './support/forged-log.ts'
import { LONG } from './support/long.ts'
import { tamperFolder, tamperWith } from './support/small-history.ts'

// More reservations and transfers than one pass over the log covers.

const folder = tamperFolder()
const original = join(folder, 'shop.db')
const copy = join(folder, 'copy.db')
before(makeShop)
after(() => rmSync(folder, { recursive: true }))

const AT = { warehouseId: 'SF', productId: 'SOCK' }
const ROUNDS = 13
const HOLDS = LONG ? 1000 : 500

/** In each round some holds, a transfer that is approved in the next one, and all holds confirmed. */
async function makeShop(): Promise<void> {
  await using shop = await openInventory({
    store: sqlite({ path: original, worker: false }),
    warehouses: ['SF', 'NYC'].map((id) => ({ id, name: id })),
  })
  await shop.addStock({ ...AT, qty: 100_000, source: 'FACTORY' })
  let transferId: string | null = null
  for (let round = 0; round < ROUNDS; round++) {
    const hold = { verb: 'reserve' as const, ...AT, qty: 2, ttlMs: 1e9, owner: `cart-${round}` }
    const ofOrder = { ...hold, group: `order-${round}` }
    const commands = Array.from({ length: HOLDS }, (_, index) =>
      (index + round) % 3 === 0 ? ofOrder : hold,
    )
    const { answers } = await shop.batch({ commands })
    const held = answers.flatMap((answer) => (answer.ok ? [answer.id] : []))
    if (transferId !== null) await shop.approveTransfer({ transferId })
    const move = { fromWarehouseId: 'SF', toWarehouseId: 'NYC', productId: 'SOCK', qty: 1 }
    transferId = (await shop.transfer({ ...move, requiresApproval: true })).id
    const sold = held.map((reservationId) => ({ verb: 'confirm' as const, reservationId }))
    await shop.batch({ commands: sold })
  }
}

/** With the shortest possible passes; also returns how many pages of the log were read. */
async function verdictOf(path: string, passBytes = 1): Promise<Verdict & { pages: number }> {
  const open = await sqlite({ path, worker: false }).open({ readOnly: true })
  const { reader } = open
  let pages = 0
  const log = reader.log.bind(reader)
  reader.log = (after) => {
    pages++
    return log(after)
  }
  try {
    return { ...(await verify(reader, {}, passBytes)), pages }
  } finally {
    await open.close()
  }
}

async function faultOf(change: (db: DatabaseSync) => void): Promise<Fault> {
  tamperWith(original, copy, change)
  const verdict = await verdictOf(copy)
  ok(!verdict.ok, 'was not noticed')
  return verdict.fault
}

test('a log of many passes is proved, and read again for each', async () => {
  const [many, one] = [await verdictOf(original), await verdictOf(original, 1e9)]
  ok(many.ok && one.ok, JSON.stringify(many))
  ok(many.pages > one.pages * 2, `${many.pages} pages of the log were read, and ${one.pages}`)
})

const ROWS = [
  'UPDATE reservation SET owner = 1 WHERE seq',
  'UPDATE reservation SET created_at = created_at + 1 WHERE seq',
  'UPDATE reservation SET moved_after = moved_after + 1 WHERE seq',
  'UPDATE reservation SET came_back = 1, shipped = 1 WHERE seq',
  "UPDATE reservation SET replaced_by = 'x' WHERE seq",
  'UPDATE reservation SET random = random + 1 WHERE seq',
  'DELETE FROM reservation WHERE seq',
]
for (const change of ROWS)
  test(`in every pass it is noticed: ${change}`, async () => {
    for (const at of [0.1, 0.5, 0.99]) {
      const of = `(SELECT max(seq) FROM reservation WHERE seq <= ${at} * (SELECT max(seq) FROM reservation))`
      equal((await faultOf((db) => db.exec(`${change} = ${of}`))).what, 'reservation')
    }
  })

test('a distance of 0 is not taken for none', async () => {
  const change = 'UPDATE reservation SET behind = 0 WHERE behind IS NULL'
  equal((await faultOf((db) => db.exec(change))).what, 'reservation')
})

test('an additional reservation is noticed wherever it is', async () => {
  const add = `INSERT INTO reservation (seq, level_key, qty, status, created_at, expires_at, random, moved_after)
    SELECT ?, level_key, 1, 4, created_at, expires_at, 1, 0 FROM reservation LIMIT 1`
  for (const seq of [1, 1.5 * HOLDS, 5.5 * HOLDS, 15.5 * HOLDS, 90_000]) {
    const found = await faultOf((db) => db.prepare(add).run(seq))
    equal(found.what, 'reservation')
    match(found.message, /is not in the log/)
  }
})

test('in every pass a transfer is noticed that is changed, missing, or additional', async () => {
  for (let nth = 0; nth < ROUNDS; nth += 4) {
    const where = `WHERE seq = (SELECT seq FROM transfer ORDER BY seq LIMIT 1 OFFSET ${nth})`
    const add = `INSERT INTO transfer SELECT seq + 1, product_id, from_warehouse_id, to_warehouse_id, qty, status,
      requested_by, decided_by, reason, created_at, decided_at, random, last_seq, group_id FROM transfer ${where}`
    for (const change of [
      `UPDATE transfer SET qty = 2 ${where}`,
      `DELETE FROM transfer ${where}`,
      add,
    ])
      equal((await faultOf((db) => db.exec(change))).what, 'transfer', change)
  }
})

test('in every pass an entry of another reservation is noticed, with every hash recomputed', async () => {
  for (let round = 0; round < ROUNDS; round += 3) {
    let seq = 0
    const { what, seq: named } = await faultOf((db) => {
      const confirmed = commitsOf(db).filter(({ body }) => body.startsWith('{"entries":[[2,'))
      seq = confirmed[round]!.lastSeq
      changeLine(db, seq, (line) => void (line[8] = Number(line[8]) + 1))
      rehash(db)
    })
    equal(`${what} ${named}`, `reservation ${seq}`)
  }
})

test('rows with numbers that no sum covers are compared one by one', async () => {
  const [large, forged] = [join(folder, 'large.db'), join(folder, 'forged.db')]
  await using shop = await openInventory({
    store: sqlite({ path: large, worker: false }),
    warehouses: [{ id: 'SF', name: 'SF' }],
  })
  await shop.addStock({ ...AT, qty: 1e12, source: 'FACTORY' })
  for (const qty of [1, 5e11, 1]) {
    const { id: reservationId } = await shop.reserve({ ...AT, qty, ttlMs: 1e9 })
    await shop.confirm({ reservationId })
  }
  await shop.close()
  ok((await verdictOf(large)).ok)
  const add = `INSERT INTO reservation SELECT 4, level_key, 1, 1, created_at, expires_at, random, 0, NULL, NULL,
    0, 0, 0, 0, NULL, NULL, NULL FROM reservation WHERE seq = 3`
  for (const change of [...ROWS.map((row) => `${row} = 5`), add]) {
    tamperWith(large, forged, (db) => db.exec(change))
    const verdict = await verdictOf(forged)
    equal(verdict.ok ? 'nothing' : verdict.fault.what, 'reservation', change)
  }
})

test('a row with a number that no program can tell apart is noticed in every table', async () => {
  const numbers = [-(2n ** 53n) + 1n, -(2n ** 63n), 2n ** 53n]
  if (LONG) numbers.push(-(2n ** 53n), 2n ** 63n - 1n)
  /** May not be there twice. */
  const UNIQUE = ['level_key.product_id', 'warehouse.id', 'idempotency.key']
  const tables = new Set<string>()
  for (const number of numbers)
    for (const [table, columns] of numberedTables()) {
      const of = columns.map((column, index) => {
        if (index === 0) return String(number)
        return UNIQUE.includes(`${table}.${column}`) ? `${column} || 'x'` : column
      })
      tables.add(table)
      tamperWith(original, copy, (db) => {
        if (table === 'idempotency')
          db.exec(`INSERT INTO idempotency VALUES (1, 'k', 'f', '{}', 1, 1)`)
        db.exec(`INSERT INTO ${table} SELECT ${of.join()} FROM ${table} LIMIT 1`)
        if (table === 'idempotency') db.exec('DELETE FROM idempotency WHERE id = 1')
      })
      ok(!(await verdictOf(copy, 1e9)).ok, `${table} ${number}`)
    }
  ok(tables.size > 8, [...tables].join())
})

/** Those with a number as their key, and their columns. */
function numberedTables(): Map<string, string[]> {
  using db = new DatabaseSync(original, { readOnly: true })
  const tables = new Map<string, string[]>()
  const columns =
    db.prepare(`SELECT m.name, c.name FROM sqlite_schema m, pragma_table_info(m.name) c
    WHERE m.type = 'table' AND m.name <> 'migration' AND m.sql LIKE '%INTEGER PRIMARY KEY%' ORDER BY c.cid`)
  columns.setReturnArrays(true)
  for (const [table, column] of columns.all() as unknown as [string, string][])
    tables.set(table, [...(tables.get(table) ?? []), column])
  return tables
}

test('a row of postings below all that are read is noticed', async () => {
  const row = `INSERT INTO posting VALUES (${-(2n ** 60n)}, 1, 0, 0, X'0000')`
  tamperWith(original, copy, (db) => db.exec(row))
  ok(!(await verdictOf(copy, 1e9)).ok)
})

test('tables of others may have any numbers', async () => {
  tamperWith(original, copy, (db) =>
    db.exec(`CREATE TABLE note (id INTEGER PRIMARY KEY); INSERT INTO note VALUES (-5), (${2n ** 63n - 1n});
      CREATE TABLE "a""b" (one INTEGER PRIMARY KEY); INSERT INTO "a""b" VALUES (2)`),
  )
  const verdict = await verdictOf(copy, 1e9)
  ok(verdict.ok, JSON.stringify(verdict))
})

test('bytes where there should be text are a fault', async () => {
  const forged = join(folder, 'forged.db')
  for (const [table, column] of [
    ['reservation', 'owner'],
    ['reservation', 'replaces'],
    ['reservation', 'replaced_by'],
    ['reservation', 'group_id'],
    ['commits', 'body'],
    ['commits', 'texts'],
    ['transfer', 'product_id'],
    ['level_key', 'product_id'],
    ['warehouse', 'name'],
  ] as const)
    for (const worker of [false, true]) {
      const strict = (file: string, from: string, to: string): void => {
        using db = new DatabaseSync(file, { defensive: false })
        db.exec(`PRAGMA writable_schema = ON;
          UPDATE sqlite_schema SET sql = replace(sql, '${from}', '${to}') WHERE name = '${table}'`)
      }
      copyFileSync(original, copy)
      strict(copy, ') STRICT', ')')
      const bytes = `UPDATE ${table} SET ${column} = X'00ff'
        WHERE rowid = (SELECT max(rowid) FROM ${table})`
      tamperWith(copy, forged, (db) => db.exec(bytes))
      strict(forged, '\n)', '\n) STRICT')
      await using shop = await openInventory({
        store: sqlite({ path: forged, worker }),
        readOnly: true,
      })
      const verdict = await shop.verify()
      ok(!verdict.ok, `${table}.${column} was not noticed`)
    }
})

test('everything is rebuilt', async () => {
  tamperWith(original, copy, (db) => db.exec('DELETE FROM reservation; DELETE FROM transfer'))
  const rebuilt = await rebuild(sqlite({ path: copy, worker: false }))
  equal(`${rebuilt.reservations} ${rebuilt.transfers}`, `${ROUNDS * HOLDS} ${ROUNDS}`)
  ok((await verdictOf(copy)).ok)
})
