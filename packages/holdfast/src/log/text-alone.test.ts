import { deepEqual, equal, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { dice } from '../testing/dice.ts'
import { keptMB } from '../testing/garbage.ts'
import { CommitBody } from './commit-body.ts'
import { TextsAlone, textsOf } from './text-alone.ts'

const SALT = 'abcdefghijklmnopqrstuv'
const HEADER = { commit: 1, firstSeq: 1, lastSeq: 1, at: 0, levelKeys: 0, batchId: '', hash: '' }

function bodyOf(texts: unknown): CommitBody {
  return new CommitBody({
    ...HEADER,
    body: '{}',
    texts: texts === null ? null : JSON.stringify(texts),
  })
}

const TEXTS = [
  'plain',
  '',
  '"',
  '\\',
  '\\"',
  'a\\\\"b',
  '["order","1"]',
  '🧦 ,"x',
  '\u0000\n',
  'end',
]

test('a text is the same alone as among all', () => {
  const all = bodyOf(TEXTS.flatMap((text) => [SALT, text]))
  for (const [place, text] of TEXTS.entries()) {
    equal(bodyOf(TEXTS.flatMap((one) => [SALT, one])).text(place), text)
    equal(all.text(place), text)
  }
  equal(all.text(TEXTS.length), null)
  equal(bodyOf(TEXTS.flatMap((one) => [SALT, one])).text(TEXTS.length), null)
  equal(all.text(undefined), null)
})

test('texts are the same in any order', () => {
  const texts = Array.from({ length: 500 }, (_, place) => `${TEXTS[place % TEXTS.length]!}${place}`)
  const list = JSON.stringify(texts.flatMap((text) => [SALT, text]))
  const d = dice(3)
  for (let round = 0; round < 20; round++) {
    const alone = new TextsAlone(list)
    for (let asked = 0; asked < 50; asked++) {
      const place = d.below(500)
      equal(alone.text(place), texts[place])
    }
    equal(alone.text(500), undefined)
    equal(alone.text(-1), undefined)
    equal(alone.text(0.5), undefined)
  }
})

test('all texts are read as if parsed', () => {
  for (const texts of [TEXTS, ['plain', 'too'], [''], TEXTS.toReversed()])
    deepEqual(textsOf(JSON.stringify(texts.flatMap((text) => [SALT, text]))), texts)
  for (const other of ['[]', '["salt","text"]', `["${SALT}","te\\x"]`, `["${SALT}","a";]`, ''])
    equal(textsOf(other), null, other)
})

test('a text does not keep its list in memory', () => {
  const rest = `"${SALT}","${'x'.repeat(100_000)}"`
  const before = keptMB()
  for (const text of ['short', 'a longer one, of which V8 would make a piece of the list']) {
    const kept = Array.from({ length: 500 }, () => textsOf(`["${SALT}","${text}",${rest}]`)![0])
    const more = keptMB() - before
    equal(more < 10, true, `${kept.length} times '${text}' keeps ${more} MB`)
  }
})

test('lists of another form are parsed', () => {
  equal(bodyOf(['salt', 'text', 'salt', 'more']).text(1), 'more')
  // A text that was forgotten.
  equal(bodyOf([null, null, SALT, 'kept']).text(1), 'kept')
  equal(bodyOf([null, null, SALT, 'kept']).text(0), null)
  equal(bodyOf([SALT, 'kept', null, null]).text(1), null)
  equal(bodyOf(null).text(0), null)
})

test('what is no JSON is told as damage', () => {
  const texts = JSON.stringify([SALT, 'text']).replace('text', 'te\\x')
  const body = new CommitBody({ ...HEADER, body: '{}', texts })
  throws(() => body.text(0), { code: 'STORE_DAMAGED' })
})
