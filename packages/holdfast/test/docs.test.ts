import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { before, suite, test } from 'node:test'
import { promisify } from 'node:util'
import { markdown, placeOf, tables } from '../../../scripts/doc-tables.ts'

const ROOT = resolve(import.meta.dirname, '../../..')
const PAGES = ['README.md', ...globSync('docs/*.md', { cwd: ROOT })]

/** A TypeScript block, and the text block behind it: what it prints. */
const EXAMPLE = /```ts\n([^]*?)```\n(?:\s*```text\n([^]*?)```)?/g

for (const page of PAGES) {
  // They need a server: test/postgres/page.test.ts runs them.
  if (page === 'docs/postgres.md' || page === 'docs/one-commit.md') continue
  const text = readFileSync(join(ROOT, page), 'utf8')
  const examples = [...text.matchAll(EXAMPLE)]
  if (examples.length === 0) continue
  suite(`the examples of ${page}`, () => {
    let printed: readonly (string | undefined)[]
    before(async () => {
      printed = await run(examples.map(([, code]) => code!))
    })
    for (const [index, [, , output]] of examples.entries()) {
      test(`example ${index + 1} of ${page} runs${output === undefined ? '' : ' and prints what it says'}`, () => {
        assert.notEqual(printed[index], undefined, 'it did not come to its end')
        if (output !== undefined) assert.equal(printed[index], output)
      })
    }
  })
}

/**
 * Runs programs one after another in one process, each in a folder of its own; answers what each printed.
 * The next one begins when nothing is left to do, as the process would end.
 */
async function run(programs: readonly string[]): Promise<(string | undefined)[]> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-docs-'))
  try {
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
    const document = randomUUID()
    for (const [index, program] of programs.entries()) {
      mkdirSync(join(folder, String(index)))
      writeFileSync(join(folder, String(index), 'example.ts'), program)
    }
    writeFileSync(
      join(folder, 'all.ts'),
      `let next = 0
      process.on('beforeExit', () => {
        if (next > 0) process.stdout.write('${document}')
        if (next === ${programs.length}) process.exit()
        process.chdir(\`${folder}/\${next}\`)
        setImmediate(() => import(\`${folder}/\${next++}/example.ts\`))
      })`,
    )
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--conditions=source', 'all.ts'],
      { cwd: folder, timeout: 60_000 },
    )
    // Behind the last document stands what one printed that did not come to its end.
    return stdout.split(document).slice(0, -1)
  } finally {
    rmSync(folder, { recursive: true, force: true })
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

test('tables that follow from definitions are as the definitions say', () => {
  const plain = (table: string): string => table.replaceAll(/-+/g, '-').replaceAll(/ +/g, ' ')
  for (const [file, all] of Object.entries(tables())) {
    const page = readFileSync(join(ROOT, 'docs', file), 'utf8')
    for (const [name, rows] of Object.entries(all)) {
      const [, table] = placeOf(page, name)
      assert.equal(plain(table), plain(markdown(rows)), `${file}: npm run docs -- tables`)
    }
  }
})
