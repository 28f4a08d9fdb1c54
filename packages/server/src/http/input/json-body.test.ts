import { deepEqual, equal, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { parseJson } from './json-body.ts'

const many = (count: number, part: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => part(index)).join(',')

const name = (index: number): string => `"n${index}":1`

test('the largest list of commands is taken', () => {
  const metadata = many(50, (index) => `"key-${index}":"x"`)
  const takeAlong = many(100, (index) => `"r${index}"`)
  const fields = many(8, (index) => `"field-${index}":"x"`)
  const command = `{${fields},"takeAlong":[${takeAlong}],"metadata":{${metadata}}}`
  const body = Buffer.from(`{"commands":[${many(1000, () => command)}]}`)
  equal((parseJson(body) as { commands: unknown[] }).commands.length, 1000)
})

test('what would keep the parser busy for seconds is refused before it is parsed', (t) => {
  const parse = t.mock.method(JSON, 'parse')
  for (const [text, odd] of [
    [`{${many(100_001, name)}}`, 'has more than 100000 names'],
    [`[${many(50_001, (index) => `{"a${index}":1,"b${index}":1}`)}]`, 'has more than 100000 names'],
    [`[${many(250_001, (index) => `"${index}"`)}]`, 'has more than 250000 parts'],
    [`[${many(125_001, () => '{}')}]`, 'has more than 250000 parts'],
    ['['.repeat(8_000_000), 'is nested deeper than 32'],
    [`${'['.repeat(33)}${']'.repeat(33)}`, 'is nested deeper than 32'],
    ['{"a":1,"a":2}', 'a appears twice in one object'],
  ] as const)
    throws(() => parseJson(Buffer.from(text)), { code: 'INVALID_INPUT', message: `body ${odd}` })
  equal(parse.mock.callCount(), 0)
  throws(() => parseJson(Buffer.from('{"a":1,"\\u0061":2}')), { message: /^body a appears twice/ })
  throws(() => parseJson(Buffer.from([0x22, 0xff, 0x22])), { message: 'body is not UTF-8' })
})

test('what is no JSON is refused, wherever it ends', () => {
  const text = '{"a\\"b":["x\\\\",1,{"\\u00e9":null}],"":{}}'
  deepEqual(parseJson(Buffer.from(text)), { 'a"b': ['x\\', 1, { é: null }], '': {} })
  for (let end = 1; end < text.length; end++)
    throws(
      () => parseJson(Buffer.from(text.slice(0, end))),
      { message: 'body is not JSON' },
      text.slice(0, end),
    )
  for (const other of ['}', ']]', '{"\\u12":1}', '{"a" 1}', '{a:1}', '"\\', "{'a':1}"])
    throws(() => parseJson(Buffer.from(other)), { message: 'body is not JSON' }, other)
})
