import { match, ok } from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { openInventory } from '../src/index.ts'
import { sqlite } from '../src/store/sqlite/index.ts'
import { commitsOf, rehash, setBody } from './support/forged-log.ts'
import { makeHistory, tamperFolder, tamperWith, verdictOf } from './support/small-history.ts'

// A forger who recomputes every hash, and makes the state follow: what no program of ours would have written.

const folder = tamperFolder()
const original = join(folder, 'shop.db')
const copy = join(folder, 'copy.db')
before(async () => {
  await makeHistory(original)
  await using shop = await openInventory({ store: sqlite({ path: original, worker: false }) })
  const at = { warehouseId: 'SF', productId: 'SOCK', qty: 1 }
  const { id: reservationId } = await shop.reserve({ ...at, ttlMs: 60_000 })
  await shop.moveReservation({ reservationId, toWarehouseId: 'NYC' })
  await shop.transfer({
    productId: at.productId,
    qty: 1,
    fromWarehouseId: 'SF',
    toWarehouseId: 'NYC',
  })
})
after(() => rmSync(folder, { recursive: true }))

async function faultOf(change: (db: DatabaseSync) => void): Promise<string> {
  tamperWith(original, copy, (db) => {
    change(db)
    rehash(db)
  })
  const verdict = await verdictOf(copy)
  ok(typeof verdict !== 'string', 'could not even be opened')
  return verdict.ok ? 'unseen' : `${verdict.fault.what}: ${verdict.fault.message}`
}

/** Adds a commit with this body at the end. */
function append(db: DatabaseSync, body: string, entries = 0): void {
  const { commit } = commitsOf(db).at(-1)!
  db.prepare(
    `INSERT INTO commits SELECT number + 1, last_seq + 1, last_seq + ?, at, level_keys, batch_id, hash, ?, NULL
     FROM commits WHERE number = ?`,
  ).run(entries, body, commit)
}

const HEX = 'a'.repeat(32)
for (const [body, message] of [
  ...[
    '{"keys":[1],"v":1}',
    '{"keys":[null],"v":1}',
    `{"keys":["${HEX.toUpperCase()}"],"v":1}`,
    '{"keys":[],"v":1}',
    '{"levels":"","v":1}',
    '{"levels":["SOCK"],"v":1}',
    '{"levels":["SOCK",1],"v":1}',
    '{"names":"abc","v":1}',
    '{"names":[],"v":1}',
    '{"forgotten":-5,"v":1}',
    '{"forgotten":0,"v":1}',
    '{"documents":["x",1],"v":1}',
    `{"documents":["x","${HEX}"],"v":1}`,
    '{"v":1,"warehouses":5}',
    '{"v":1,"warehouses":[[[]]]}',
    '{"v":1,"warehouses":[["SF",{"a":1},null,0,[],1,0]]}',
    '{"v":1,"warehouses":[["SF","x",null,-7,[],1,0]]}',
    '{"v":1,"warehouses":[["SF","x",1.5,0,[],1,0]]}',
    '{"v":1,"warehouses":[["SF","x",null,0,["SOCK"],1,0]]}',
    '{"v":1,"warehouses":[["SF","x",null,0,[],2,0]]}',
  ].map((body) => [body, /^format: .* of a form that this program does not know/] as const),
  ['{"v":1,"names":["SF"]}', /^format: .* not canonical/],
  ['{"texts":[],"v":1}', /^text: /],
] as const)
  test(`a body is refused: ${body.slice(0, 70)}`, async () => {
    match(await faultOf((db) => append(db, body)), message)
  })

test('bytes that are not text are refused, though the hash is that of what they are read as', async () => {
  const forge = (db: DatabaseSync): void => {
    const { commit, body } = commitsOf(db).find((one) => one.body.includes('"HAT"'))!
    setBody(db, commit, body.replace('"HAT"', '"H\ufffdT"'))
    rehash(db)
    db.exec(`UPDATE commits SET body = CAST(replace(CAST(body AS BLOB), x'efbfbd', x'ff') AS TEXT)
      WHERE number = ${commit}`)
  }
  tamperWith(original, copy, forge)
  const verdict = await verdictOf(copy)
  ok(typeof verdict !== 'string' && !verdict.ok, 'unseen')
  match(verdict.fault.message, /has bytes that are not text/)
})

test('a transfer cannot leave in one commit and arrive in another', async () => {
  const split = (db: DatabaseSync): void => {
    const { commit, body, lastSeq } = commitsOf(db).at(-1)!
    const { entries, names } = JSON.parse(body) as { entries: unknown[][]; names: string[] }
    const line = entries.pop()!
    setBody(db, commit, JSON.stringify({ entries, names, v: 1 }))
    db.prepare('UPDATE commits SET last_seq = ? WHERE number = ?').run(lastSeq - 1, commit)
    append(db, JSON.stringify({ entries: [line], names, v: 1 }), 1)
  }
  match(await faultOf(split), /^balance: commit \d+ ends between two entries/)
})

test('a transfer leads to another warehouse that exists', async () => {
  for (const [place, name] of [
    [77, 'NYC'],
    [-1, 'NYC'],
    [0, 'GHOST'],
    [0, 'SF'],
  ] as const) {
    const forge = (db: DatabaseSync): void => {
      const { commit, body } = commitsOf(db).at(-1)!
      const { entries } = JSON.parse(body) as { entries: unknown[][] }
      entries[0]![10] = place
      setBody(db, commit, JSON.stringify({ entries, names: [name, 'SF'], v: 1 }))
    }
    match(await faultOf(forge), /^transfer: .* does not lead to another warehouse/, name)
  }
})

test('a level is in a warehouse that exists', async () => {
  const forge = (db: DatabaseSync): void => {
    const { commit, body } = commitsOf(db).find((one) => one.body.includes('"levels":'))!
    setBody(db, commit, body.replace('"SOCK","SF"', '"SOCK","GHOST"'))
  }
  match(await faultOf(forge), /^level: commit \d+ makes a level in GHOST, which was never made/)
})

for (const sql of [
  "UPDATE reservation SET group_id = '' WHERE replaces IS NOT NULL AND group_id IS NULL",
  "UPDATE reservation SET replaces = '' WHERE replaces IS NULL AND group_id IS NOT NULL",
])
  test(`no text is not an empty one: ${sql}`, async () => {
    const forge = (db: DatabaseSync): void =>
      ok(Number(db.prepare(sql).run().changes) > 0, 'there is no such reservation')
    match(await faultOf(forge), /^reservation: /)
  })

test('a commit that is said to have more entries than it has room for is damaged for every reader', async () => {
  tamperWith(original, copy, (db) =>
    db.exec(`UPDATE commits SET last_seq = last_seq + 1000000
      WHERE number = (SELECT max(number) FROM commits)`),
  )
  await using shop = await openInventory({
    store: sqlite({ path: copy, worker: false }),
    readOnly: true,
  })
  for (const filter of [{}, { actor: 'ann' }, { productId: 'SOCK' }]) {
    const read = async (): Promise<void> => {
      for await (const _entry of shop.audit(filter));
    }
    await read().then(
      () => ok(false, 'read it'),
      (error: unknown) => match(String((error as { code?: string }).code), /^STORE_DAMAGED$/),
    )
  }
})
