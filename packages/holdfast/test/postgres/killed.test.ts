import { equal, ok } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { until } from './support/until.ts'

const CHILD = join(import.meta.dirname, 'support/server-child.ts')

test('a run of tests that is killed takes its PostgreSQL with it', async (t) => {
  if (process.platform === 'win32') return t.skip('needs a shell')
  const child = spawn(process.execPath, ['--conditions=source', CHILD], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => child.kill('SIGKILL'))
  const [told] = (await once(child.stdout, 'data')) as [Buffer]
  const found = JSON.parse(told.toString()) as [folder: string, port: number] | null
  if (found === null) return t.skip('there is no PostgreSQL for this machine')
  const [folder, port] = found
  ok(existsSync(folder))
  equal(await answers(port), true)
  child.kill('SIGKILL')
  await until(async () => !existsSync(folder) && !(await answers(port)))
  return undefined
})

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
