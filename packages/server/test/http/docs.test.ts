import { equal, ok } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { evened } from './support/evened.ts'
import { Spawned } from './support/spawned.ts'

const ROOT = resolve(import.meta.dirname, '../../../..')
const URL_IN_PAGES = 'http://127.0.0.1:4680'
/** A shell block with curl in it, and what it prints. */
const EXAMPLE = /```sh\n((?:(?!```)[^])*?curl(?:(?!```)[^])*)```\n\n```text\n([^]*?)```/g

for (const page of ['README.md', 'packages/server/README.md', 'docs/http.md']) {
  test(`the curl lines of ${page}, one by one, print what it says`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-curl-'))
    const served = await Spawned.serve(['--demo', '--db', join(folder, 'stock.db'), '--port', '0'])
    t.after(async () => {
      await served.end('SIGTERM')
      rmSync(folder, { recursive: true, force: true })
    })
    const examples = [...readFileSync(join(ROOT, page), 'utf8').matchAll(EXAMPLE)]
    ok(examples.length >= 3, `${examples.length} examples`)
    for (const [, code, output] of examples) {
      const script = code!.replaceAll(URL_IN_PAGES, served.url)
      const { stdout } = await promisify(execFile)('bash', ['-euc', script])
      equal(evened(stdout), evened(output!), code!)
    }
  })
}
