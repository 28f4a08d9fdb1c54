import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { dice } from '../testing/dice.ts'
import { MARKED, marksOf } from './marks.ts'

const SALT = 'abcdefghijklmnopqrstuv'
const TEXTS = [
  'plain',
  '',
  '"',
  '\\',
  '\\"',
  '",',
  'a\\\\"b',
  '["order","1"]',
  '🧦 ,"x',
  '\u0000\n',
  ']',
]

/** The pieces between the marks, each as a list. */
function pieces(bytes: Buffer, marks: readonly number[]): unknown[][] {
  return marks.slice(1).map((end, index) => {
    const piece = bytes.toString('utf8', marks[index], end).replace(/,$/, '')
    return JSON.parse(`[${piece}]`) as unknown[]
  })
}

test('lines and texts lie between the marks, as many as are said', () => {
  const d = dice(5)
  for (let round = 0; round < 60; round++) {
    const count = d.pick([1, 2, MARKED - 1, MARKED, MARKED + 1, 2 * MARKED, 200])
    const lines = Array.from({ length: count }, () => [d.below(9), d.below(1e6), -1, { actor: 0 }])
    const said = Array.from({ length: count }, () => d.pick(TEXTS))
    const documents = d.chance(3) ? { documents: ['sockß"entries":[', null] } : {}
    const body = Buffer.from(JSON.stringify({ ...documents, entries: lines, names: ['[é]'], v: 1 }))
    const texts = Buffer.from(JSON.stringify(said.flatMap((text) => [SALT, text])))
    const marks = marksOf(body, texts)
    deepEqual(pieces(body, marks.lines).flat(), lines)
    deepEqual(
      pieces(texts, marks.texts).flat(),
      said.flatMap((text) => [SALT, text]),
    )
    for (const piece of pieces(body, marks.lines).slice(0, -1)) equal(piece.length, MARKED)
    for (const piece of pieces(texts, marks.texts).slice(0, -1)) equal(piece.length, 2 * MARKED)
  }
})

test('what is not written so has no marks', () => {
  const body = Buffer.from('{"v":1}')
  for (const texts of [null, '[]', '', '[null,null]', `["${SALT}","a",null,null]`, `["${SALT}","a`])
    deepEqual(marksOf(body, texts === null ? null : Buffer.from(texts)), { lines: [], texts: [] })
})
