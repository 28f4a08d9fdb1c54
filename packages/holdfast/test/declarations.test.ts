import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import {
  InsufficientStockError,
  type AsOf,
  type CommandOf,
  type DetailsOf,
  type ListedCommand,
  type RefusalCode,
  type RefusalDetails,
  type Result,
} from '../src/index.ts'
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

test('a program can name the types of what it takes from an error or a command', () => {
  const details: RefusalDetails['INSUFFICIENT_STOCK'] = {
    productId: 'MUG',
    requested: 2,
    available: 1,
  }
  const error = new InsufficientStockError('need 2, have 1', details)
  const code: RefusalCode = error.code
  const told: DetailsOf<'INSUFFICIENT_STOCK'> = error.details
  assert.deepEqual({ code, ...told }, { code: 'INSUFFICIENT_STOCK', ...details })

  const first: Result = { result: 0 }
  const sale: ListedCommand = { verb: 'confirm', reservationId: first }
  const asOf: AsOf = { seq: 7 }
  const count: CommandOf<'countStock'> = { warehouseId: 'SF', productId: 'MUG', onHand: 1, asOf }
  assert.deepEqual([sale.reservationId, count.asOf], [first, asOf])
})
