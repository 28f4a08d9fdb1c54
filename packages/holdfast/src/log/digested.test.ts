import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { digested } from './digested.ts'
import { pairDigest, sha256, textDigest } from './hash.ts'

const SALTS = ['abcdefghijklmnopqrstuv', 'ABCDEFGHIJKLMNOPQRSTUV']
const TEXTS = ['ann', '"x",\\ größe 🧦\n']
const LIST = JSON.stringify([SALTS[0], TEXTS[0], SALTS[1], TEXTS[1]])
const DIGESTS = TEXTS.map((text, index) => textDigest(SALTS[index]!, text))

function wrong(texts: string | null, digests: unknown): string | null {
  const body = digests === null ? '{"v":1}' : `{"texts":${JSON.stringify(digests)},"v":1}`
  const header = { commit: 7, firstSeq: 1, lastSeq: 0, at: 0, levelKeys: 0, batchId: '', hash: '' }
  const { bodyHash, wrongText } = digested({ ...header, body, texts })
  equal(bodyHash, sha256(body))
  return wrongText
}

test('texts match the digests of salt and text, as they are written', () => {
  equal(wrong(LIST, DIGESTS), null)
  equal(wrong(null, null), null)
})

test('what is wrong with texts and their digests is told', () => {
  const [first, second] = DIGESTS as [string, string]
  match(wrong(LIST, [first, first])!, /^text 1 of commit 7 does not match its digest$/)
  match(wrong(LIST.replace('ann', 'bob'), DIGESTS)!, /^text 0 of commit 7 /)
  match(wrong(LIST, [second])!, /^commit 7 has 2 texts, but 1 digest of texts$/)
  match(wrong(LIST, null)!, /has 2 texts, but 0 digests/)
  match(wrong(null, DIGESTS)!, /has 0 texts, but 2 digests/)
  match(wrong(LIST, 'x')!, /has 2 texts, but 0 digests/)
  match(wrong(LIST, [first, second.toUpperCase()])!, /^text 1 /)
})

test('a list of another form is wrong, even if it is the same list as JSON', () => {
  const others = [
    ...['[]', '', '[', ']', '{}', 'null', LIST.slice(0, -1), LIST.slice(1), `${LIST} `, ` ${LIST}`],
    ...[LIST.replace(',', ', '), LIST.replace('ann', '\\u0061nn'), LIST.replaceAll('","', '";"')],
  ]
  const told = others.map((list) => wrong(list, DIGESTS))
  deepEqual(
    told.map((message) => /not in the form|does not match/.test(message!)),
    others.map(() => true),
  )
})

test('a list that is not canonical is wrong, even if its digests were made of it', () => {
  const salt = SALTS[0]!
  const forged = (...pairs: readonly string[]): string | null =>
    wrong(
      `[${pairs.join()}]`,
      pairs.map((pair) => pairDigest(`[${pair}]`)),
    )
  equal(forged(`"${salt}","ann"`, `"${salt}","\\n🧦\\"\\u0001"`), null)
  for (const pair of [
    // Two texts where the salt should be: which of them is it?
    `"${salt.slice(0, 9)}","${salt.slice(0, 10)}","ann"`,
    ...[`x${salt}","ann"`, `"${salt}x,"ann"`, `"${salt}";"ann"`, `"${salt.slice(1)} ","ann"`],
    ...['"\\u0061nn"', '"\\ud800"', '"\ud800"', '"\n"', '"\\q"', '"\\/"'].map(
      (text) => `"${salt}",${text}`,
    ),
  ])
    match(forged(`"${salt}","ann"`, pair) ?? 'unseen', /not in the form/, pair)
})

test('an empty list of digests is not written', () => {
  match(wrong(null, [])!, /not canonical/)
})
