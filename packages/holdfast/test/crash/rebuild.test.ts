import { deepEqual, equal, ok } from 'node:assert/strict'
import { spawnSync, type SpawnSyncReturns } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import { RUN_COMMITS } from '../../src/postings/run.ts'
import { foundBy, makeShortRuns, SHORT_RUN, verdictOfShortRuns } from '../support/posted-history.ts'
import { makeHistory, tamperFolder, tamperWith, verdictOf } from '../support/small-history.ts'

const folder = tamperFolder()
const copy = join(folder, 'copy.db')
after(() => rmSync(folder, { recursive: true }))

function rebuildAndDie(step: number, runCommits: number): SpawnSyncReturns<string> {
  const script = join(import.meta.dirname, 'support/rebuild-child.ts')
  const args = ['--conditions=source', script, copy, String(step), String(runCommits)]
  return spawnSync(process.execPath, args, { encoding: 'utf8' })
}

test('killed before every step of it, a rebuild has happened as a whole or not at all', async () => {
  const original = join(folder, 'shop.db')
  const head = await makeHistory(original)
  const seen = new Set<boolean>()
  for (let step = 0; ; step++) {
    for (const end of ['-wal', '-shm']) rmSync(copy + end, { force: true })
    tamperWith(original, copy, (db) => db.exec('DELETE FROM reservation WHERE status = 0'))
    const { signal, stdout, stderr } = rebuildAndDie(step, RUN_COMMITS)
    const verdict = await verdictOf(copy, head)
    ok(typeof verdict !== 'string', `step ${step}: ${JSON.stringify(verdict)}`)
    if (!verdict.ok) equal(verdict.fault.what, 'reservation', `step ${step}`)
    seen.add(verdict.ok)
    if (stdout.includes('done')) {
      ok(verdict.ok && step > 4, `it has ${step} steps`)
      break
    }
    equal(signal, 'SIGKILL', stderr)
  }
  equal(seen.size, 2)
})

test('killed between the state and the postings, or between two runs of them, it verifies and finds all', async () => {
  const original = join(folder, 'posted.db')
  await makeShortRuns(original)
  const answers = await foundBy(original)
  const damage = (): void => {
    for (const end of ['-wal', '-shm']) rmSync(copy + end, { force: true })
    tamperWith(original, copy, (db) => db.exec('DELETE FROM posting; DELETE FROM reservation'))
  }
  damage()
  const steps = Number(/done: (\d+) steps/.exec(rebuildAndDie(Infinity, SHORT_RUN).stdout)?.[1])
  // Two runs, and one that the log does not have all of yet: two steps each.
  for (const [step, commits] of [
    [steps - 6, 0],
    [steps - 5, SHORT_RUN],
    [steps - 4, SHORT_RUN],
    [steps - 3, 2 * SHORT_RUN],
  ] as const) {
    damage()
    const { signal, stderr } = rebuildAndDie(step, SHORT_RUN)
    equal(signal, 'SIGKILL', stderr)
    const verdict = await verdictOfShortRuns(copy)
    ok(typeof verdict !== 'string' && verdict.ok, `step ${step}: ${JSON.stringify(verdict)}`)
    deepEqual(await foundBy(copy), answers)
    equal(watermarkOf(copy), commits)
  }
})

function watermarkOf(path: string): unknown {
  using db = new DatabaseSync(path, { readOnly: true })
  return db.prepare('SELECT commit_number FROM posting_watermark').get()!['commit_number']
}
