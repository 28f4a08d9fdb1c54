import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import {
  existsSync,
  globSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'

const ROOT = resolve(import.meta.dirname, '../../..')
const PAGES = ['README.md', ...globSync('docs/*.md', { cwd: ROOT })]

/** A TypeScript block, and the text block behind it: what it prints. */
const EXAMPLE = /```ts\n([^]*?)```\n(?:\s*```text\n([^]*?)```)?/g

for (const page of PAGES) {
  // It needs a server: test/postgres/page.test.ts runs it.
  if (page === 'docs/postgres.md') continue
  const text = readFileSync(join(ROOT, page), 'utf8')
  for (const [index, [, code, output]] of [...text.matchAll(EXAMPLE)].entries()) {
    test(`example ${index + 1} of ${page} runs${output === undefined ? '' : ' and prints what it says'}`, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'holdfast-docs-'))
      try {
        symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
        writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
        writeFileSync(join(folder, 'example.ts'), code!)
        const { stdout } = await promisify(execFile)(
          process.execPath,
          ['--conditions=source', 'example.ts'],
          { cwd: folder, timeout: 30_000 },
        )
        if (output !== undefined) assert.equal(stdout, output)
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    })
  }
}

test('every file that a page points to is there', () => {
  for (const page of PAGES) {
    const text = readFileSync(join(ROOT, page), 'utf8')
    for (const [, target] of text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
      assert.ok(existsSync(resolve(ROOT, page, '..', target!)), `${page} points to ${target}`)
    }
  }
})
