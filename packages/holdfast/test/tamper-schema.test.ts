import { deepEqual, equal, ok } from 'node:assert/strict'
import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, suite, test } from 'node:test'
import { makeHistory, tamperFolder, verdictOf } from './support/small-history.ts'

const folder = tamperFolder()
const original = join(folder, 'shop.db')
const copy = join(folder, 'copy.db')
before(async () => void (await makeHistory(original)))
after(() => rmSync(folder, { recursive: true }))

/** What `verify` says after the schema was changed: that it is a fault of the store, and which. */
async function told(sql: string): Promise<string> {
  copyFileSync(original, copy)
  {
    using db = new DatabaseSync(copy, { enableForeignKeyConstraints: false })
    db.enableDefensive(false)
    db.exec(sql)
  }
  const verdict = await verdictOf(copy)
  if (typeof verdict === 'string') return verdict
  if (verdict.ok) return 'well'
  equal(verdict.fault.what, 'storage')
  return verdict.fault.message
}

/** Changes the schema without SQLite's knowledge. */
const rewritten = (change: string, where: string): string =>
  `PRAGMA writable_schema = ON; UPDATE sqlite_schema SET ${change} WHERE ${where}`

const withoutCheck = rewritten(
  `sql = replace(sql, ' CHECK (available >= 0)', '')`,
  `name = 'level'`,
)
const FORGE =
  'BEGIN UPDATE level SET available = available + 1 WHERE key = new.key AND available = 0; END'
const NOT_AS_MADE = 'is not as it was made'

const FORGERIES: Readonly<Record<string, readonly [sql: string, fault: string]>> = {
  'a trigger that changes rows': [
    `CREATE TRIGGER x AFTER UPDATE ON level ${FORGE}`,
    'the trigger x on level is none of ours',
  ],
  'a trigger with an unusual name, on a name in capitals': [
    `CREATE TRIGGER "x\u202e y" AFTER UPDATE ON "LeVeL" ${FORGE}`,
    String.raw`the trigger "x\u202e y" on LeVeL is none of ours`,
  ],
  'a trigger with a name of SQLite’s': [
    `CREATE TRIGGER x AFTER UPDATE ON level ${FORGE};
     ${rewritten(`name = 'sqlite_x', sql = replace(sql, ' x ', ' sqlite_x ')`, `name = 'x'`)}`,
    'the trigger sqlite_x on level is none of ours',
  ],
  'a trigger of another type in capitals': [
    `CREATE TRIGGER x AFTER UPDATE ON level ${FORGE}; ${rewritten(`type = 'TRIGGER'`, `name = 'x'`)}`,
    'the trigger x on level is none of ours',
  ],
  'a trigger that claims to be on another table': [
    `CREATE TABLE mine (one); CREATE TRIGGER x AFTER UPDATE ON level ${FORGE};
     ${rewritten(`tbl_name = 'mine'`, `name = 'x'`)}`,
    'STORE_DAMAGED',
  ],
  'a trigger on a view of the engine': [
    'CREATE TRIGGER x INSTEAD OF UPDATE ON stock BEGIN SELECT 1; END',
    'the trigger x on stock is none of ours',
  ],
  'a missing trigger of the engine': [
    'DROP TRIGGER commits_not_changed',
    'the trigger commits_not_changed is missing',
  ],
  'a trigger of the engine that does nothing': [
    `DROP TRIGGER commits_not_changed;
     CREATE TRIGGER commits_not_changed BEFORE UPDATE ON commits BEGIN SELECT 1; END`,
    `the trigger commits_not_changed ${NOT_AS_MADE}`,
  ],
  'a trigger of the engine that guards another table': [
    `DROP TRIGGER commits_not_changed; CREATE TABLE mine (one);
     CREATE TRIGGER commits_not_changed BEFORE UPDATE ON mine BEGIN SELECT 1; END`,
    `the trigger commits_not_changed ${NOT_AS_MADE}`,
  ],
  'a missing index': ['DROP INDEX reservation_pending', 'the index reservation_pending is missing'],
  'an index of other columns': [
    'DROP INDEX transfer_pending; CREATE INDEX transfer_pending ON transfer (qty)',
    `the index transfer_pending ${NOT_AS_MADE}`,
  ],
  'a missing CHECK': [withoutCheck, `the table level ${NOT_AS_MADE}`],
  'a column of another type': [
    rewritten(`sql = replace(sql, 'owner TEXT', 'owner ANY')`, `name = 'reservation'`),
    `the table reservation ${NOT_AS_MADE}`,
  ],
  'an additional column': ['ALTER TABLE level ADD COLUMN x TEXT', `the table level ${NOT_AS_MADE}`],
  'a view in the place of a table': [
    'ALTER TABLE level RENAME TO other; CREATE VIEW level AS SELECT * FROM other',
    'the table level is missing',
  ],
  'a missing view': ['DROP VIEW trail', 'the view trail is missing'],
  'a view with another query': [
    `DROP VIEW stock; CREATE VIEW stock AS SELECT 'SF' AS warehouse_id`,
    `the view stock ${NOT_AS_MADE}`,
  ],
}

suite('the schema is proved: a fault is', () => {
  for (const [name, [sql, fault]] of Object.entries(FORGERIES))
    test(name, async () => equal(await told(sql), fault))
})

const ADDITIONS = {
  'an index': 'CREATE INDEX mine ON transfer (requested_by)',
  'a table, with a trigger of its own': `CREATE TABLE mine (one); INSERT INTO mine VALUES (1);
    CREATE TRIGGER x AFTER INSERT ON mine BEGIN DELETE FROM mine WHERE one < new.one; END`,
  'a virtual table': 'CREATE VIRTUAL TABLE found USING fts5 (product)',
  'a view': 'CREATE VIEW mine AS SELECT * FROM level',
  statistics: 'ANALYZE',
  'a rewritten file': 'VACUUM',
}

suite('the schema is proved: no fault is', () => {
  for (const [name, sql] of Object.entries(ADDITIONS))
    test(name, async () => equal(await told(sql), 'well'))
})

test('every missing index, trigger and view of the migrations is noticed', async () => {
  using db = new DatabaseSync(original, { readOnly: true })
  const objects = db.prepare('SELECT type, name FROM sqlite_schema WHERE sql NOT NULL').all()
  ok(objects.length > 15)
  for (const { type, name } of objects) {
    if (type === 'table') continue // Without most of them nothing can be read.
    equal(
      await told(`DROP ${String(type)} ${String(name)}`),
      `the ${String(type)} ${String(name)} is missing`,
    )
  }
  deepEqual(
    new Set(objects.map(({ type }) => type)),
    new Set(['table', 'index', 'trigger', 'view']),
  )
})
