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
import { REFUSAL_CODES } from '../src/model/errors.ts'
import { FAILURE_CODES } from '../src/model/operational-error.ts'
import { markdown, placeOf, tables } from '../../../scripts/doc-tables.ts'

const ROOT = resolve(import.meta.dirname, '../../..')
const PAGES = ['README.md', ...globSync(['docs/*.md', 'packages/*/README.md'], { cwd: ROOT })]

/** A TypeScript block, and the following text block with its output. */
const EXAMPLE = /```ts\n([^]*?)```\n(?:\s*```text\n([^]*?)```)?/g

const examplesOf = new Map<string, RegExpExecArray[]>()
for (const page of PAGES) {
  // They need a server: test/postgres/page.test.ts runs them.
  if (page === 'docs/postgres.md' || page === 'docs/one-commit.md') continue
  // Its steps build on one another: packages/server/test/tutorial.test.ts runs them.
  if (page === 'docs/tutorial.md') continue
  // It needs the tables of another system: packages/server/test/cli/move-from-another.test.ts makes them.
  if (page === 'docs/moving.md') continue
  const text = readFileSync(join(ROOT, page), 'utf8')
  const examples = [...text.matchAll(EXAMPLE)]
  if (examples.length > 0) examplesOf.set(page, examples)
}

let printed: readonly (string | undefined)[]
before(async () => {
  printed = await run([...examplesOf.values()].flat().map(([, code]) => code!))
})

let first = 0
for (const [page, examples] of examplesOf) {
  const from = first
  first += examples.length
  suite(`the examples of ${page}`, () => {
    for (const [index, [, , output]] of examples.entries()) {
      test(`example ${index + 1} of ${page} runs${output === undefined ? '' : ' and prints what it says'}`, () => {
        assert.notEqual(printed[from + index], undefined, 'it did not come to its end')
        if (output !== undefined) assert.equal(printed[from + index], output)
      })
    }
  })
}

/**
 * Runs programs one after another in one process, each in its own folder, and resolves with the output of each. The
 * next one starts when the process would otherwise exit.
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
    // After the last separator comes the output of a program that did not finish.
    return stdout.split(document).slice(0, -1)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const PROSE = [...PAGES, 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md']

test('every file and heading that a page links to exists', () => {
  for (const page of PROSE) {
    const text = readFileSync(join(ROOT, page), 'utf8')
    for (const [, target, anchor] of text.matchAll(/\]\((?!https?:)([^)#]*)#?([^)]*)\)/g)) {
      const file = target === '' ? join(ROOT, page) : resolve(ROOT, page, '..', target!)
      assert.ok(existsSync(file), `${page} links to ${target}`)
      if (anchor !== '')
        assert.ok(anchors(file).has(anchor!), `${page} links to ${target}#${anchor}`)
    }
  }
})

test('every code has a heading in docs/errors.md, and no heading is another code', () => {
  const page = readFileSync(join(ROOT, 'docs/errors.md'), 'utf8')
  const headings = [...page.matchAll(/^### ([A-Z_]+)$/gm)].map(([, code]) => code)
  assert.deepEqual(new Set(headings), new Set([...REFUSAL_CODES, ...FAILURE_CODES]))
})

/** The anchors of a page's headings, as GitHub makes them. */
function anchors(file: string): Set<string> {
  const headings = readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)
  return new Set(
    [...headings].map(([, heading]) =>
      heading!
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}

test('every file and folder that a page names exists', () => {
  const exclude = ['**/node_modules/**', '**/dist/**']
  const all = globSync('{.ci,bench,deploy,docs,examples,packages,scripts,stress}/**', {
    cwd: ROOT,
    exclude,
  })
  const paths = all.map((path) => `/${path.replaceAll('\\', '/')}`)
  for (const page of ['ARCHITECTURE.md', 'CONTRIBUTING.md', 'docs/decisions.md']) {
    const text = readFileSync(join(ROOT, page), 'utf8')
    for (const [, name] of text.matchAll(/`([\w./-]+(?:\/|\.(?:ts|cjs|mjs|py|md)))`/g))
      assert.ok(
        paths.some((path) => path.endsWith(`/${name!.replace(/\/$/, '')}`)),
        `${page} names ${name}`,
      )
  }
})

/** A test that a page names: its file, and its name. */
const NAMED_TEST = /\[([^\]]+)\] › "([^"]+)"/g

test('the page on the specification names existing files and tests', () => {
  const page = 'docs/specification.md'
  const [text = '', ...rest] = readFileSync(join(ROOT, page), 'utf8').split(/^(?=\[[^\]]+\]: )/m)
  const files = new Map(
    rest
      .map((line) => /^\[([^\]]+)\]: (\S+)/.exec(line)!)
      .map(([, label, path]) => [label!, path!]),
  )
  for (const [label, path] of files) {
    assert.ok(existsSync(resolve(ROOT, 'docs', path)), `${label}: ${path}`)
    assert.ok(text.includes(`[${label}]`), `${label} is named nowhere`)
  }
  for (const [, label] of text.matchAll(/\[([^\]]+)\](?![([:])/g))
    assert.ok(files.has(label!), `${label} is not a file`)
  const named = [...text.matchAll(NAMED_TEST)]
  assert.ok(named.length > 60, `only ${named.length} tests are named`)
  for (const [, label, name] of named) {
    const source = readFileSync(resolve(ROOT, 'docs', files.get(label!)!), 'utf8')
    assert.ok(
      testNames(source).some((pattern) => pattern.test(name!)),
      `${label} has no test "${name}"`,
    )
  }
})

/** Patterns of the names of all tests and suites of a file; an interpolated part may be anything. */
function testNames(source: string): RegExp[] {
  const names = source.matchAll(/\b(?:test|describe|suite)\(\s*(['"`])(.+?)\1/g)
  return [...names].map(([, , name]) => {
    const parts = name!.split(/\$\{[^}]*\}/).map((part) => RegExp.escape(part))
    return new RegExp(`^${parts.join('.+')}$`)
  })
}

test('tables that are derived from definitions match them', () => {
  const plain = (table: string): string => table.replaceAll(/-+/g, '-').replaceAll(/ +/g, ' ')
  for (const [file, all] of Object.entries(tables())) {
    const page = readFileSync(join(ROOT, 'docs', file), 'utf8')
    for (const [name, rows] of Object.entries(all)) {
      const [, table] = placeOf(page, name)
      assert.equal(plain(table), plain(markdown(rows)), `${file}: npm run docs -- tables`)
    }
  }
})
