import { deepEqual } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'

const WORK = `
import { interruptible } from '${new URL('interruptible.ts', import.meta.url).href}'
const running = setInterval(() => undefined, 1000)
await interruptible(async (signal) => {
  console.log('at work')
  await new Promise((resolve) => signal.addEventListener('abort', resolve))
  await new Promise((resolve) => setTimeout(resolve, 50))
  console.log('put away')
  signal.throwIfAborted()
}).finally(() => clearInterval(running))
`

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  test(`${name} ends the process once its work has put away what it left`, async () => {
    const args = ['--input-type=module', '--eval', WORK]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    const said = text(child.stdout)
    await once(child.stdout, 'readable')
    child.kill(name)
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
    deepEqual([code, signal, await said], [null, name, 'at work\nput away\n'])
  })
