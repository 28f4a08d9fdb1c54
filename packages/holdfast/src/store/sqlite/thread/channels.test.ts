import { equal, rejects } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { RUN_COMMITS } from '../../../postings/run.ts'
import { failure } from '../../../testing/refusal.ts'
import { Channels } from './channels.ts'

test('one connection that cannot be closed keeps no other open', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const channels = new Channels(false, (role) => ({
    role,
    path: join(folder, 'shop.db'),
    cacheKiB: 1024,
    checkpointPages: 4000,
    maxPages: undefined,
    runCommits: RUN_COMMITS,
    same: null,
  }))
  const writer = await channels.open('write')
  const reader = await channels.open('read')
  const broken = new Error('the disk is gone')
  t.mock.method(reader, 'close', async () => await Promise.reject(broken))
  await rejects(channels.closeAll(), broken)
  equal((await failure(() => writer.call('head', []))).code, 'STORE_CLOSED')
})
