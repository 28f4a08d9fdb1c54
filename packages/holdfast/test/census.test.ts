import { ok } from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'

const stores = join(import.meta.dirname, '../src/store')

/** The names under which the tests run the contract. */
function contracted(): Map<string, string> {
  const found = new Map<string, string>()
  for (const file of globSync('**/*.test.ts', { cwd: import.meta.dirname })) {
    const text = readFileSync(join(import.meta.dirname, file), 'utf8')
    for (const [, name] of text.matchAll(/^storeContract\('([^']+)'/gm)) found.set(name!, file)
  }
  return found
}

test('every store under src/store runs the contract', () => {
  const ran = contracted()
  const names = globSync('*/index.ts', { cwd: stores }).map(dirname)
  ok(names.length >= 2, 'there are stores to be counted')
  for (const name of names) ok(ran.has(name), `no test runs the contract on src/store/${name}`)
})
