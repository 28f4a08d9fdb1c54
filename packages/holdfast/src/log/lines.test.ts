import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { dice } from '../testing/dice.ts'
import { CommitBody } from './commit-body.ts'
import { Lines, type Line } from './lines.ts'

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

function read(body: string): { isCanonical: boolean; lines: Line[] } | null {
  const lines = new Lines()
  const header = { commit: 1, firstSeq: 1, lastSeq: 1, at: 0, levelKeys: 0, batchId: '' }
  try {
    const isCanonical = new CommitBody({ ...header, hash: '', body, texts: null }).readInto(lines)
    return {
      isCanonical,
      lines: Array.from({ length: lines.count }, (_, at) => structuredClone(lines.at(at))),
    }
  } catch {
    return null
  }
}

/** By parsing the body and writing it again. */
function parsed(body: string): ReturnType<typeof read> {
  try {
    const parts = JSON.parse(body) as { entries?: Line[] } | null
    if (typeof parts !== 'object' || parts === null || Array.isArray(parts)) return null
    return { isCanonical: JSON.stringify(parts) === body, lines: Array.from(parts.entries ?? []) }
  } catch {
    return null
  }
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
    if (expected?.isCanonical === true) canonical++
  }
  equal(canonical > 5000, true, `${canonical} were canonical`)
})
