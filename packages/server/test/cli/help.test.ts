import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'
import { describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { folder, holdfast, holdfastJson } from './support/holdfast.ts'

const path = folder()

/** The verbs of the inventory in kebab-case, and what a command line needs beside them. */
const VERBS = (
  'add-stock remove-stock count-stock set-aside put-back write-off stock list-stock stock-at explain ' +
  'reserve confirm release confirm-all extend-all release-all ship cancel extend sell move-reservation change-owner return-goods ' +
  'fulfill-across-warehouses ' +
  'get-reservation list-reservations ' +
  'transfer approve-transfer reject-transfer get-transfer list-transfers ' +
  'batch atomically audit verify head ' +
  'init change-warehouse close-warehouse list-warehouses ' +
  'demo replay import export backup restore rebuild migrate serve token'
).split(' ')

describe('holdfast --help', () => {
  it('lists every verb, and exits with 0', async () => {
    const { code, stdout } = await holdfast('--help')
    assert.equal(code, 0)
    for (const verb of VERBS) assert.match(stdout, new RegExp(`^  ${verb} `, 'm'))
  })

  it('of each verb shows its flags, with --db and --json, in 80 columns', () => {
    const main = pathToFileURL(resolve(import.meta.dirname, '../../src/main.ts')).href
    const each = `for (const verb of process.argv.slice(1))
      console.log('exit', await (await import('${main}')).main([verb, '--help']))`
    const flags = ['--conditions=source', '--input-type=module', '--eval', each]
    const text = execFileSync(process.execPath, [...flags, ...VERBS], { encoding: 'utf8' })
    const helps = text.split(/^Usage: holdfast /m).slice(1)
    assert.equal(helps.length, VERBS.length)
    for (const [index, help] of helps.entries()) {
      assert.ok(help.startsWith(`${VERBS[index]} [options]`), help)
      assert.match(help, / {2}--db <path> /)
      assert.match(help, / {2}--json /)
      assert.match(help, /^exit 0$/m)
    }
    for (const line of text.split('\n')) assert.ok(line.length <= 80, line)
  })

  it('is offered where a flag is given twice that takes one value', async () => {
    for (const [flag, ...args] of [
      ['--type', 'audit', '--type', 'SOLD', '--type', 'SHIPPED'],
      ['--warehouse-id', 'stock', '-w', 'SF', '-p', 'A', '--warehouse-id', 'SF'],
      ['--db', 'head', '--db', 'a.db', '--db', 'b.db'],
      ['--url', 'head', '--url', 'http://a', '--url', 'http://b'],
      ['--port', 'serve', '--port', '1', '--port', '2'],
    ]) {
      const { code, stderr } = await holdfast(...args)
      assert.deepEqual([code, stderr], [2, `error: ${flag} is given twice\n(see --help)\n`])
    }
  })

  it('is offered with exit code 2 where the command line is wrong', async () => {
    const [nothing, verb, flag, missing] = await Promise.all([
      holdfast(),
      holdfast('resreve'),
      holdfast('reserve', '--warehose-id', 'SF'),
      holdfast('reserve', '-w', 'SF'),
    ])
    for (const { code, stdout } of [nothing, verb, flag, missing]) {
      assert.equal(code, 2)
      assert.equal(stdout, '')
    }
    assert.match(nothing.stderr, /^Usage: holdfast/)
    assert.match(verb.stderr, /Did you mean reserve\?/)
    assert.match(flag.stderr, /Did you mean --warehouse-id\?/)
    assert.match(missing.stderr, /missing -p, --product-id <id> and -q, --qty <units>/)
  })
})

describe('a short flag with =', () => {
  it('is refused by every verb that has it, with what to write instead', async () => {
    const { stdout: all } = await holdfast('--help')
    const verbs = [...all.matchAll(/^ {2}([a-z-]+) /gm)].map(([, verb]) => verb!)
    let tried = 0
    for (const verb of verbs.filter((name) => name !== 'help')) {
      const { stdout: help } = await holdfast(verb, '--help')
      for (const [, short, long] of help.matchAll(/^ +(-\w), (--[a-z-]+) </gm)) {
        tried++
        const { code, stdout, stderr } = await holdfast(verb, `${short}=5`)
        assert.deepEqual([code, stdout], [2, ''])
        const said = `error: ${short}=5 would mean =5: write ${short} 5, or ${long}=5\n(see --help)\n`
        assert.equal(stderr, said, verb)
      }
    }
    assert.ok(verbs.length > VERBS.length && tried > 30, `${verbs.length} verbs, ${tried} flags`)
  })

  it('is left alone where it is the value of another flag, and an id may begin with =', async () => {
    const db = ['--db', path('equals.db')]
    await holdfast('init', '--warehouse', 'SF:a', ...db)
    const add = ['add-stock', '-w', 'SF', '-q', '1', ...db]
    for (const words of [
      ['--source', '-p=CUP', '-p', '=CUP'],
      ['--source', 'S', '--product-id==HAT'],
      ['--source=-p=CUP', '-p', '-p=CUP'],
    ]) {
      const { code, stderr } = await holdfast(...add, ...words)
      assert.equal(code, 0, stderr)
    }
    const [page] = await holdfastJson<{ items: { productId: string }[] }>('list-stock', ...db)
    assert.deepEqual(page!.items.map(({ productId }) => productId).toSorted(), [
      '-p=CUP',
      '=CUP',
      '=HAT',
    ])
  })
})
