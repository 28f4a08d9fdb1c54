import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { dice } from '../testing/dice.ts'
import { CommitBody } from './commit-body.ts'
import { digestsIn, Lines, type Line } from './lines.ts'

const BODIES = [
  '{"entries":[[15,0,0,0,0,0,0,0]],"v":1,"warehouses":[["SF","San Francisco",null,5,["MUG",3],1,0]]}',
  '{"entries":[[1,1,10,10,0,0,0,{"actor":0,"metadata":1}],[4,1,-3,7,0,0,1]],"levels":["MÜG","SF"],"texts":["4d","09"],"v":1}',
  '{"entries":[[9,1,2,8,2,0,2,0,3075018876626394,0,60000,null],[9,1,2,8,2,0,9007199254740991,0,1,0,60000,0]],"v":1}',
  '{"documents":["a",null],"v":1}',
  '{"entries":[[1,2]],"entries":[[1,2]],"v":1}',
  '{"entries":[],"v":1}',
]
const PIECES = [
  '0',
  '1',
  '9',
  '-',
  ',',
  '[',
  ']',
  '{',
  '}',
  '"',
  ' ',
  'e',
  '.',
  'null',
  '"entries":',
  '9007199254740993',
]

function read(body: string): Line[] | null {
  const lines = new Lines()
  const header = { commit: 1, firstSeq: 1, lastSeq: 1, at: 0, levelKeys: 0, batchId: '' }
  try {
    const commit = new CommitBody({ ...header, hash: '', body, texts: null })
    if (!commit.readInto(lines, Buffer.from(body))) return null
    // The list of digests is compared with those of the texts, and so with its canonical form.
    const list = digestsIn(body, 'texts')
    const digests = list === null ? '[]' : body.slice(list.from, list.end)
    if (JSON.stringify(JSON.parse(digests)) !== digests) return null
  } catch {
    return null
  }
  return Array.from({ length: lines.count }, (_, at) => {
    lines.turnTo(at)
    const { length, options } = lines
    const numbers = Array.from({ length }, (_, index) => lines.number(index))
    const line = numbers.map((number) => (Number.isNaN(number) ? null : number))
    return options === null ? line : [...line, options]
  })
}

/** By parsing the body and writing it again. */
function parsed(body: string): Line[] | null {
  try {
    const parts = JSON.parse(body) as { entries?: unknown; texts?: unknown } | null
    if (typeof parts !== 'object' || parts === null || Array.isArray(parts)) return null
    const { entries, texts } = parts
    const isRight =
      (entries === undefined || (isList(entries) && entries.every(isLine))) &&
      (texts === undefined || (Array.isArray(texts) && !texts.join().includes(']')))
    const isWritten = JSON.stringify(parts) === body && isSorted(parts)
    return isRight && isWritten ? ((entries ?? []) as Line[]) : null
  } catch {
    return null
  }
}

function isSorted(value: object): boolean {
  const names = Object.keys(value)
  return names.join() === names.toSorted().join()
}

function isList(value: unknown): value is unknown[] {
  return Array.isArray(value) && value.length > 0
}

function isLine(line: unknown): boolean {
  if (!isList(line)) return false
  const last = line.at(-1)
  const hasOptions = typeof last === 'object' && last !== null
  const numbers = hasOptions ? line.slice(0, -1) : line
  if (hasOptions && (Object.keys(last).length === 0 || !isSorted(last))) return false
  return (
    numbers.every((value) => value === null || Number.isSafeInteger(value)) &&
    !Array.isArray(last) &&
    !JSON.stringify(last).slice(0, -1).includes('}')
  )
}

test('lines are read from the text as if parsed, and only in canonical form', () => {
  const d = dice(1)
  let canonical = 0
  for (let round = 0; round < 30_000; round++) {
    let body = d.pick(BODIES)
    for (let change = d.below(3); change > 0; change--) {
      const at = d.below(body.length)
      body = body.slice(0, at) + (d.chance(70) ? d.pick(PIECES) : '') + body.slice(at + d.below(3))
    }
    // Integer-like keys come first when parsed; no member has such a name.
    if (/"\d+":/.test(body)) continue
    const expected = parsed(body)
    deepEqual(read(body), expected, body)
    if (expected !== null) canonical++
  }
  equal(canonical > 5000, true, `${canonical} were canonical`)
})

test('lines and digests that are no members of the body are not read', () => {
  for (const body of [
    '{"levels":[{"entries":[[1,2]]}],"v":1}',
    '{"names":{"texts":["4d"]},"v":1}',
    '{"entries":0,"v":1}',
    '{"texts":0,"v":1}',
  ])
    equal(read(body), null, body)
  const named =
    '{"documents":["größe",null],"entries":[[1,2]],"levels":["\\"entries\\":[[3]]"],"v":1}'
  deepEqual(read(named), [[1, 2]])
})
