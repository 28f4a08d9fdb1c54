import { deepEqual, equal, ok } from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { test, type TestContext } from 'node:test'
import { openInventory } from 'holdfast'
import { sqlite } from 'holdfast/sqlite'
import { LONG } from '../../../holdfast/test/support/long.ts'
import { oldNode } from './support/old-node.ts'
import { RawSocket } from './support/raw-socket.ts'
import { until } from './support/until.ts'

const ROOT = resolve(import.meta.dirname, '../../../..')
const START = join(ROOT, 'scripts/start.mjs')
const BIN = join(ROOT, 'packages/server/bin/holdfast.js')
const OLD = oldNode()
/** Each starts npm, or an old Node, and a service: by default one way of each, with `--long` all of them. */
const ONLY_LONG = !LONG && 'npm test -- --long'
const SKIP = process.platform === 'win32' ? 'needs the signals of POSIX' : false

/** Somebody's supervisor: knows nothing of the tests' own way to end what they started. */
const ENVIRONMENT = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(HOLDFAST_|npm_|NODE_(OPTIONS|TEST_CONTEXT)$)/.test(name),
  ),
)

/** What one sends a signal to, and the service that serves somewhere below it. */
interface Started {
  readonly child: ChildProcess
  readonly url: string
  readonly pid: number
  readonly db: string
}

async function started(t: TestContext, command: readonly [string, ...string[]]): Promise<Started> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-orphans-'))
  const db = join(folder, 'stock.db')
  const [program, ...args] = [...command, '--db', db, '--port', '0', '--json']
  const child = spawn(program, args, {
    cwd: ROOT,
    env: ENVIRONMENT,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (said += text))
  const told = (): string | undefined => /^\{.*\}$/m.exec(said)?.[0]
  await until('it serves', () => told() !== undefined || child.exitCode !== null, 60_000)
  const { url, pid } = JSON.parse(told() ?? 'null') as { url: string; pid: number }
  t.after(() => {
    for (const one of [child.pid!, pid]) if (isRunning(one)) process.kill(one, 'SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })
  return { child, url, pid, db }
}

/** Not one that has ended and that only its parent has not asked about. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' && !existsSync('/proc/self/stat')
  }
}

/** Ends what was started while a request is half sent; the other half is answered, and nothing is left. */
async function closes(t: TestContext, { child, url, pid, db }: Started, signal: NodeJS.Signals) {
  const add = { warehouseId: 'BERLIN', productId: 'HALF', qty: 7, source: 'SUPPLIER' }
  const body = JSON.stringify(add)
  const socket = await RawSocket.open(url)
  t.after(() => socket.close())
  const { host } = new URL(url)
  const head = `POST /v1/stock/add HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json`
  socket.say(`${head}\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 20)}`)
  await until('it has begun', async () => (await fetch(`${url}/healthz`)).ok)
  const ended = once(child, 'exit')
  child.kill(signal)
  const [code, endedBy] = (await (signal === 'SIGKILL' ? ended : pause(700, [null, null]))) as [
    number | null,
    NodeJS.Signals | null,
  ]
  if (signal === 'SIGKILL') {
    deepEqual([code, endedBy], [null, 'SIGKILL'])
    await pause(500)
  }
  socket.say(body.slice(20))
  deepEqual(await socket.answers(1, 5000), [200])
  await until('the service has ended', () => !isRunning(pid), 10_000)
  await until('and so has what was started', () => !isRunning(child.pid!), 10_000)
  equal(existsSync(`${db}-wal`), false, 'it was closed')
  await using inventory = await openInventory({ store: sqlite(db) })
  equal((await inventory.stock({ warehouseId: 'BERLIN', productId: 'HALF' })).available, 7)
}

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  const skip = SKIP || (signal === 'SIGKILL' && !existsSync('/proc/self/stat') && 'needs /proc')
  test(
    `npm start: ${signal} to npm alone ends the service`,
    {
      skip: skip || (signal === 'SIGKILL' && ONLY_LONG),
    },
    async (t) => {
      await closes(t, await started(t, ['npm', 'start', '--silent', '--']), signal)
    },
  )

  const without = OLD === null && 'there is no old Node here'
  test(
    `an old Node that started the checkout's: ${signal} to it alone ends the service`,
    {
      skip: SKIP || without || (signal === 'SIGTERM' && ONLY_LONG),
    },
    async (t) => {
      const command = signal === 'SIGTERM' ? [START] : [BIN, 'serve', '--demo']
      const service = await started(t, [OLD!, ...command])
      ok(service.pid !== service.child.pid, 'another process serves')
      await closes(t, service, signal)
    },
  )
}

test(
  'an old Node ends as the one that it started',
  {
    skip: SKIP || (OLD === null && 'there is no old Node here'),
  },
  async (t) => {
    const none = spawn(OLD!, [BIN, 'stock', '--db', '/nowhere', '--no-such-flag'], {
      env: ENVIRONMENT,
      stdio: 'ignore',
    })
    deepEqual(await once(none, 'exit'), [2, null])
    for (const signal of LONG ? (['SIGTERM', 'SIGKILL'] as const) : (['SIGKILL'] as const)) {
      const { child, pid } = await started(t, [OLD!, START])
      const ended = once(child, 'exit')
      process.kill(pid, signal)
      deepEqual(await ended, signal === 'SIGKILL' ? [null, signal] : [0, null])
    }
  },
)

/** A test file that hangs, as does what it started; it writes down who they are. */
const HANGS = `
  import { spawn } from 'node:child_process'
  import { renameSync, writeFileSync } from 'node:fs'
  import { test } from 'node:test'
  test('hangs', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    writeFileSync(new URL('making', import.meta.url), JSON.stringify([process.pid, child.pid]))
    renameSync(new URL('making', import.meta.url), new URL('pids.json', import.meta.url))
    await new Promise(() => setInterval(() => undefined, 1000))
  })`

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  test(
    `a run of tests ended by ${signal} leaves none of its processes behind`,
    {
      skip: SKIP,
    },
    async (t) => {
      const folder = mkdtempSync(join(tmpdir(), 'holdfast-orphans-'))
      t.after(() => rmSync(folder, { recursive: true, force: true }))
      const told = join(folder, 'pids.json')
      const file = join(folder, 'hangs.test.mjs')
      writeFileSync(file, HANGS)
      // What `npm test` starts; that would build the console anew, under the eyes of other tests.
      const args = ['--require', './scripts/end-with-parent.cjs', '--test', file]
      const runner = spawn(process.execPath, args, { cwd: ROOT, env: ENVIRONMENT, stdio: 'ignore' })
      await until('it hangs', () => existsSync(told), 30_000)
      const pids = [runner.pid!, ...(JSON.parse(readFileSync(told, 'utf8')) as number[])]
      t.after(() => pids.filter(isRunning).forEach((pid) => process.kill(pid, 'SIGKILL')))
      deepEqual(pids.filter(isRunning), pids)
      runner.kill(signal)
      await until('all have ended', () => !pids.some(isRunning), 15_000)
    },
  )

  const skip = SKIP || (!existsSync('/proc/self/stat') && 'needs /proc')
  test(
    `a script ended by ${signal} to npm leaves none of its processes behind`,
    {
      skip: skip || (signal === 'SIGTERM' && ONLY_LONG),
    },
    async (t) => {
      const npm = spawn('npm', ['run', 'stress', '--', 'kill', '--kills', '1000000'], {
        cwd: ROOT,
        env: ENVIRONMENT,
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      let said = ''
      npm.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
      const folder = (): string => / in (\S+)$/m.exec(said)![1]!
      await until('it kills', () => /^kill 1:/m.test(said), 60_000)
      t.after(() => rmSync(folder(), { recursive: true, force: true }))
      await until('its shop is open', () => runningWith(folder()).length > 0, 30_000)
      const script = childrenOf(childrenOf([npm.pid!]))
      equal(script.length, 1)
      t.after(() => script.filter(isRunning).forEach((pid) => process.kill(pid, 'SIGKILL')))
      npm.kill(signal)
      await until('its shop has ended', () => runningWith(folder()).length === 0, 15_000)
      await until('the script, too', () => !script.some(isRunning), 15_000)
    },
  )
}

function running(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
}

/** Those whose command line has this in it. */
function runningWith(text: string): number[] {
  return running().filter((pid) => about(pid, 'cmdline').replaceAll('\0', ' ').includes(text))
}

function childrenOf(parents: readonly number[]): number[] {
  const parentOf = (pid: number): number => Number(/\) \S (\d+)/.exec(about(pid, 'stat'))?.[1])
  return running().filter((pid) => parents.includes(parentOf(pid)))
}

function about(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}
