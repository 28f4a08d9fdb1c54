import assert from 'node:assert/strict'
import { copyFileSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { openInventory } from 'holdfast'
import { restoreSqlite, sqlite } from 'holdfast/sqlite'
import { folder, holdfast, holdfastJson, start } from './support/holdfast.ts'

const path = folder()
const MUG = { warehouseId: 'SF', productId: 'MUG' }
const open = (db: string) =>
  openInventory({
    store: sqlite({ path: db, worker: false }),
    warehouses: [{ id: 'SF', name: 'San Francisco' }],
  })

/** A closed file with 2 units more than its backup, which has 1. */
async function shop(name: string): Promise<{ db: string; backup: string }> {
  const [db, backup] = [path(`${name}.db`), path(`${name}-backup.db`)]
  const inventory = await open(db)
  await inventory.addStock({ ...MUG, qty: 1, source: 'S' })
  await inventory.backup(backup)
  await inventory.addStock({ ...MUG, qty: 2, source: 'S' })
  await inventory.close()
  return { db, backup }
}

async function onHand(db: string): Promise<number> {
  await using inventory = await open(db)
  assert.equal((await inventory.verify()).ok, true)
  return (await inventory.stock(MUG)).onHand
}

const beside = (db: string): string[] =>
  readdirSync(dirname(db)).filter((name) => name.startsWith(`${basename(db)}.before-`))

describe('holdfast restore', () => {
  it('puts a backup in place, keeps what was there, and says what that means', async () => {
    const { db, backup } = await shop('told')
    const done = await holdfast('restore', backup, '--db', db)
    assert.equal(done.code, 0, done.stderr)
    assert.match(done.stdout, /^verified: 2 entries/m)
    assert.match(done.stdout, /Positions above 2 will be used again/)
    assert.match(done.stdout, /^Tokens and webhooks are as they were then: revoke again/m)
    const [kept] = beside(db)
    assert.match(done.stdout, new RegExp(`^kept: .*${kept}$`, 'm'))
    assert.deepEqual([await onHand(db), await onHand(path(kept!))], [1, 3])
    assert.equal(statSync(db).mode & 0o777, 0o600)
    const [told] = await holdfastJson<{ kept: string[] }>('restore', backup, '--db', db)
    assert.partialDeepStrictEqual(told, { path: db, verdict: { ok: true, seq: 2 } })
    assert.equal(told!.kept.length, 1)
  })

  it('keeps each file that was there, however soon one comes after another', async () => {
    const { db, backup } = await shop('often')
    const kept: string[] = []
    for (let times = 0; times < 5; times++)
      kept.push(...(await restoreSqlite({ from: backup, to: db })))
    assert.equal(new Set(kept).size, 5)
    assert.deepEqual(beside(db).length, 5)
  })

  it('refuses where the file is open for writing, and a copy that does not hold; nothing is changed', async () => {
    const { db, backup } = await shop('refused')
    const inventory = await open(db)
    const locked = await holdfast('restore', backup, '--db', db)
    assert.equal(locked.code, 1)
    assert.match(locked.stderr, /STORE_LOCKED|open for writing already/)
    await inventory.addStock({ ...MUG, qty: 1, source: 'S' })
    await inventory.close()
    const broken = path('broken.db')
    copyFileSync(backup, broken)
    const { DatabaseSync } = await import('node:sqlite')
    const eve = new DatabaseSync(broken)
    eve.exec('UPDATE level SET available = 9')
    eve.close()
    assert.equal((await holdfast('restore', broken, '--db', db)).code, 1)
    assert.equal((await holdfast('restore', db, '--db', db)).code, 1)
    assert.deepEqual([await onHand(db), beside(db).length], [4, 0])
  })

  it('goes back from a backup that was copied over a log that was left', async () => {
    const { db, backup } = await shop('mixed')
    const inventory = await open(db)
    await inventory.addStock({ ...MUG, qty: 9, source: 'S' })
    const log = readFileSync(`${db}-wal`)
    await inventory.close()
    copyFileSync(backup, db)
    const { writeFileSync } = await import('node:fs')
    writeFileSync(`${db}-wal`, log)
    await assert.rejects(open(db), { code: 'STORE_DAMAGED' })
    const kept = await restoreSqlite({ from: backup, to: db })
    assert.ok(kept.some((name) => name.endsWith('-wal')))
    assert.ok(readFileSync(kept.find((name) => name.endsWith('-wal'))!).equals(log))
    assert.equal(await onHand(db), 1)
  })

  it('killed at any moment, leaves the old file or the new one', async () => {
    const { db, backup } = await shop('killed')
    for (const ms of [0, 150, 250, 300, 350, 400, 500]) {
      const child = start(['restore', backup, '--db', db])
      await pause(ms)
      child.kill('SIGKILL')
      await new Promise((resolve) => child.once('close', resolve))
      assert.ok([1, 3].includes(await onHand(db)))
    }
  })
})
