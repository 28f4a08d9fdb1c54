import { doesNotThrow, equal, match, throws } from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { checkNode, neededNode } from './needed-node.ts'

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
      /^(STORE_UNAVAILABLE this Node\.js has no node:sqlite: .* needs Node\.js 22\.20 .*\n){2}$/,
    )
  })
}

test('`engines` says what is checked', () => {
  const file = new URL('../../../../package.json', import.meta.url)
  const { engines } = JSON.parse(readFileSync(file, 'utf8')) as { engines: { node: string } }
  equal(engines.node, '^22.20.0 || >=24.8.0')
  match(neededNode(), /needs Node\.js 22\.20 or newer, or 24\.8 or newer;/)
})

test('an old Node.js is told which one is needed', () => {
  const of = (node: string, more = {}): void => checkNode({ ...process.versions, node, ...more })
  const message = /needs Node\.js 22\.20 or newer, or 24\.8 or newer; this is/
  for (const old of ['20.20.2', '22.19.9', '23.11.1', '24.7.0'])
    throws(() => of(old), { code: 'STORE_UNAVAILABLE', message })
  for (const node of ['22.20.0', '24.8.0', '25.0.0', '26.10.0']) doesNotThrow(() => of(node))
  doesNotThrow(() => of('24.3.0', { bun: '1.3.0' }))
})
