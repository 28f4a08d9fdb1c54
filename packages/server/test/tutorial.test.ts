import { equal, match, ok } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { evened } from './http/support/evened.ts'
import { Spawned } from './http/support/spawned.ts'

const ROOT = resolve(import.meta.dirname, '../../..')
const URL_ON_THE_PAGE = 'http://127.0.0.1:4680'
/** A program that begins with its name, or lines for a shell; and what it prints. */
const STEP = /```(ts|sh)\n([^]*?)```\n(?:\n```text\n([^]*?)```)?/g

test('the tutorial, step by step in one folder, prints what it says', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-tutorial-'))
  const db = join(folder, 'stock.db')
  let served: Spawned | undefined
  t.after(async () => {
    await served?.end('SIGTERM')
    rmSync(folder, { recursive: true, force: true })
  })
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  const path = [join(ROOT, 'node_modules/.bin'), process.env['PATH']].join(delimiter)
  const run = async (program: string, ...args: string[]): Promise<string> => {
    const env = {
      ...process.env,
      PATH: path,
      NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache'),
    }
    return (await promisify(execFile)(program, args, { cwd: folder, env })).stdout
  }

  const steps = [...readFileSync(join(ROOT, 'docs/tutorial.md'), 'utf8').matchAll(STEP)]
  ok(steps.length >= 9, `${steps.length} steps`)
  for (const [, language, code, output] of steps) {
    if (language === 'ts') {
      const name = /^\/\/ (\S+\.ts)\n/.exec(code!)?.[1]
      ok(name, `a program without a name: ${code}`)
      writeFileSync(join(folder, name), code!)
      if (output !== undefined)
        equal(await run(process.execPath, '--conditions=source', name), output)
      continue
    }
    if (code!.includes(URL_ON_THE_PAGE)) served ??= await Spawned.serve(['--db', db, '--port', '0'])
    const script = code!.replaceAll(URL_ON_THE_PAGE, served?.url ?? '')
    equal(evened(await run('bash', '-euc', script)), evened(output!), code!)
  }
  const page = await fetch(served!.url)
  match(page.headers.get('content-type')!, /^text\/html/)
})
