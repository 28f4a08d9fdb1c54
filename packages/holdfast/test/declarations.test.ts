import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { SINGLE_VERBS } from '../src/model/commands/commands.ts'

const ROOT = resolve(import.meta.dirname, '../../..')
const PACKAGE = join(ROOT, 'packages/holdfast')

test('the declarations of a verb keep its comment, which editors show', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-declarations-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const project = {
    extends: join(PACKAGE, 'tsconfig.build.json'),
    compilerOptions: {
      rootDir: join(PACKAGE, 'src'),
      outDir: folder,
      emitDeclarationOnly: true,
      typeRoots: [join(ROOT, 'node_modules/@types')],
    },
    files: [join(PACKAGE, 'src/model/commands/commands.ts')],
    include: [],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(project))
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  execFileSync(process.execPath, [tsc, '-p', folder], { stdio: 'inherit' })

  const told = new Set<string>()
  for (const file of globSync('model/commands/*.d.ts', { cwd: folder })) {
    const lines = readFileSync(join(folder, file), 'utf8').split('\n')
    for (const [index, line] of lines.entries()) {
      const verb = /^ {4}(?:readonly )?(\w+): \{$/.exec(line)?.[1]
      if (verb === undefined || !(SINGLE_VERBS as readonly string[]).includes(verb)) continue
      assert.match(lines[index - 1]!, /\*\/$/, `${verb} has no comment in ${file}`)
      told.add(verb)
    }
  }
  assert.deepEqual(told, new Set(SINGLE_VERBS))
})
