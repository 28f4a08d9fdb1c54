import { doesNotThrow, match, throws } from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { checkNode } from './needed-node.ts'

const INDEX = new URL('../index.ts', import.meta.url).href

for (const worker of [true, false]) {
  test(`without node:sqlite it says which Node.js it needs (worker: ${worker})`, () => {
    const code = `
      const { sqlite } = await import('${INDEX}')
      const store = sqlite({ path: 'never-made.db', worker: ${worker} })
      for (const readOnly of [true, false])
        await store.open({ readOnly }).catch(({ code, message }) => console.log(code, message))`
    const args = ['--no-experimental-sqlite', '--input-type=module', '-e', code]
    const env = { ...process.env, NODE_OPTIONS: '--no-experimental-sqlite' }
    const told = execFileSync(process.execPath, args, { encoding: 'utf8', env })
    match(
      told,
      /^(STORE_UNAVAILABLE this Node\.js has no node:sqlite: .* needs Node\.js 24\.15 .*\n){2}$/,
    )
  })
}

test('an old Node.js is told which one is needed', () => {
  const of = (node: string, more = {}): void => checkNode({ ...process.versions, node, ...more })
  for (const old of ['20.20.2', '22.13.0', '24.14.9'])
    throws(() => of(old), { code: 'STORE_UNAVAILABLE', message: /needs Node\.js 24\.15 or newer/ })
  for (const node of ['24.15.0', '25.0.0', '26.10.0']) doesNotThrow(() => of(node))
  doesNotThrow(() => of('24.3.0', { bun: '1.3.0' }))
})
