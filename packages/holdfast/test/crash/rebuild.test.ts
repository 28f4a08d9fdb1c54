import { equal, ok } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { makeHistory, tamperFolder, tamperWith, verdictOf } from '../support/small-history.ts'

const folder = tamperFolder()
after(() => rmSync(folder, { recursive: true }))

test('killed before every step of it, a rebuild has happened as a whole or not at all', async () => {
  const [original, copy] = [join(folder, 'shop.db'), join(folder, 'copy.db')]
  const head = await makeHistory(original)
  const script = join(import.meta.dirname, 'support/rebuild-child.ts')
  const seen = new Set<boolean>()
  for (let step = 0; ; step++) {
    for (const end of ['-wal', '-shm']) rmSync(copy + end, { force: true })
    tamperWith(original, copy, (db) => db.exec('DELETE FROM reservation WHERE status = 0'))
    const args = ['--conditions=source', script, copy, String(step)]
    const { signal, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
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
