import { equal, match, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { memory, openInventory, rebuild, type Inventory } from 'holdfast'
import { postgres } from 'holdfast/postgres'
import { LONG } from '../support/long.ts'
import { makeLongHistory } from '../support/posted-history.ts'
import {
  TAMPERS,
  type PostingTamper,
  type TamperedMark,
  type TamperedRow,
} from '../support/posting-tampers.ts'
import { newSchema, pool } from './support/place.ts'
import { markedAt } from './support/marked-at.ts'

const schema = newSchema()
const store = postgres({ pool, schema })
const posting = `${schema}.posting`
const watermark = `${schema}.posting_watermark`
let inventory: Inventory
let mark: TamperedMark
let rows: TamperedRow[]

/** The log of another store, from which all else is made: so many commits take longer here. */
before(async () => {
  await (await openInventory({ store, warehouses: [] })).close()
  const source = memory()
  await makeLongHistory(source)
  const opened = await source.open({ readOnly: true })
  const { reader } = opened
  const commits: object[] = []
  for (let page = await reader.log(0); page.length > 0; page = await reader.log(commits.length))
    for (const commit of page) commits.push({ ...commit, ...markedAt(commit.body, commit.texts) })
  await opened.close()
  await pool.query(
    `INSERT INTO ${schema}.commits (number, first_seq, last_seq, at, level_keys, batch_id, hash, body, texts, lines_at, texts_at)
     SELECT "commit", "firstSeq", "lastSeq", at, "levelKeys", "batchId"::uuid, decode(hash, 'hex'), convert_to(body, 'UTF8'),
       convert_to(texts, 'UTF8'), lines_at::int[], texts_at::int[]
     FROM json_to_recordset($1) AS c ("commit" bigint, "firstSeq" bigint, "lastSeq" bigint, at bigint,
       "levelKeys" bigint, "batchId" text, hash text, body text, texts text, lines_at text, texts_at text)`,
    [JSON.stringify(commits)],
  )
  await rebuild(store)
  mark = await readMark()
  rows = await readRows()
  inventory = await openInventory({ store, readOnly: true })
})
after(() => inventory.close())

async function readMark(): Promise<TamperedMark> {
  const found = await pool.query(`SELECT commit_number, seq, salt FROM ${watermark}`)
  const { commit_number: commit, seq, salt } = found.rows[0] as Record<string, unknown>
  return { commit_number: Number(commit), seq: Number(seq), salt: salt as Buffer }
}

async function readRows(): Promise<TamperedRow[]> {
  const found = await pool.query(`SELECT * FROM ${posting} ORDER BY kind, list, block, run`)
  return (found.rows as Record<string, unknown>[]).map(({ kind, list, block, run, seqs }) => ({
    ...{ kind: Number(kind), list: Number(list), block: Number(block), run: Number(run) },
    seqs: seqs as Buffer,
  }))
}

/** Changes that a tamper makes, and how each is taken back. */
async function tamper(change: PostingTamper['change']): Promise<() => Promise<void>> {
  const removed: TamperedRow[] = []
  const put: TamperedRow[] = []
  let other: Partial<TamperedMark> = {}
  change({
    rows,
    mark,
    remove: (row) => removed.push(row),
    put: (row, before) => {
      if (before !== undefined) removed.push(before)
      put.push(row)
    },
    setMark: (to) => void (other = to),
  })
  await replace(removed, put)
  await setMark({ ...mark, ...other })
  return async () => {
    await replace(put, removed)
    await setMark(mark)
  }
}

async function replace(removed: TamperedRow[], put: TamperedRow[]): Promise<void> {
  for (const { kind, list, block, run } of removed)
    await pool.query(
      `DELETE FROM ${posting} WHERE kind = $1 AND list = $2 AND block = $3 AND run = $4`,
      [kind, list, block, run],
    )
  for (const { kind, list, block, run, seqs } of put)
    await pool.query(`INSERT INTO ${posting} VALUES ($1, $2, $3, $4, $5)`, [
      ...[kind, list, block, run],
      Buffer.from(seqs),
    ])
}

async function setMark({ commit_number: commit, seq, salt }: TamperedMark): Promise<void> {
  const values = [commit, seq, Buffer.from(salt)]
  await pool.query(`UPDATE ${watermark} SET commit_number = $1, seq = $2, salt = $3`, values)
}

async function mustHold(): Promise<void> {
  const verdict = await inventory.verify()
  ok(verdict.ok, JSON.stringify(verdict))
}

/** By default some: the same ones are tried on a file. */
const SOME = TAMPERS.filter((_, at) => LONG || at % 3 === 0)

for (const { name, change, says } of SOME)
  test(`${says === null ? 'no fault' : 'a fault'} of postings: ${name}`, async () => {
    const takeBack = await tamper(change)
    const verdict = await inventory.verify()
    await takeBack()
    if (says === null) return ok(verdict.ok, JSON.stringify(verdict))
    ok(!verdict.ok, 'was not noticed')
    equal(verdict.fault.what, 'posting')
    match(verdict.fault.message, says)
  })

test('all taken back, it holds; and there is more than a page of rows', async () => {
  await mustHold()
  ok(rows.length > 4000, `${rows.length} rows`)
})

const DAMAGES = [
  `DELETE FROM ${posting}`,
  `DELETE FROM ${watermark}`,
  `UPDATE ${watermark} SET commit_number = 0, seq = 0`,
  `UPDATE ${posting} SET block = block + 1`,
]
for (const damage of DAMAGES.filter((_, at) => LONG || at % 2 === 1))
  test(`they are made anew after: ${damage.replaceAll(`${schema}.`, '')}`, async () => {
    await pool.query(damage)
    await rebuild(store)
    await mustHold()
    const { commit_number: commit, seq } = await readMark()
    equal(`${commit} ${seq}`, `${mark.commit_number} ${mark.seq}`)
  })
