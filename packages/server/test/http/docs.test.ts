import { deepEqual, equal, ok } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { FAILURE_CODES } from 'holdfast'
import { REFUSALS } from 'holdfast/model'
import { ALL_CODES } from '../../src/http/problems/codes.ts'
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

test('every code of the service’s own has its row in docs/errors.md, with its status', () => {
  const page = readFileSync(join(ROOT, 'docs/errors.md'), 'utf8')
  const [, section = ''] = page.split("## The service's own codes")
  const rows = section.matchAll(/^\| `([A-Z_]+)` +\| (\d{3}) /gm)
  const others: readonly string[] = [...Object.keys(REFUSALS), ...FAILURE_CODES]
  deepEqual(
    Array.from(rows, ([, code, status]) => `${code} ${status}`).toSorted(),
    ALL_CODES.filter(([code]) => !others.includes(code))
      .map(([code, { status }]) => `${code} ${status}`)
      .toSorted(),
  )
})

test('every status of a code has its row in docs/http.md', () => {
  const page = readFileSync(join(ROOT, 'docs/http.md'), 'utf8')
  const rows = Array.from(page.matchAll(/^\| ((?:\d{3}(?:, )?)+) +\|/gm), ([, row]) =>
    row!.split(', '),
  )
  const statuses = new Set(ALL_CODES.map(([, { status }]) => String(status)).concat('412'))
  deepEqual(rows.flat().toSorted(), [...statuses].toSorted())
})
