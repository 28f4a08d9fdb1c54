import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { BodyBytes } from './body-bytes.ts'

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString()

test('numbers are written as JSON writes them', () => {
  const bytes = new BodyBytes()
  const numbers = [
    0, 1, 9, 10, 99, 100, 12_345, 99_999_999, 1e8, 123_456_789, 1e12, -1, -7_000_000_000,
  ]
  for (let digits = 1; digits < 16; digits++)
    numbers.push(10 ** digits - 1, 10 ** digits, 10 ** digits + 1)
  numbers.push(Number.MAX_SAFE_INTEGER, 2 ** 52 - 1, 2 ** 31, 2 ** 32)
  for (const number of numbers) {
    bytes.begin()
    bytes.number(number)
    equal(textOf(bytes.take()), JSON.stringify(number))
  }
})

test('what exceeds the buffer is written all the same, and earlier results stay', () => {
  const bytes = new BodyBytes()
  const expected: string[] = []
  for (let round = 0; round < 20_000; round++) {
    bytes.ascii('[')
    bytes.number(round)
    bytes.next(round * 1e9)
    bytes.text('"é漢🧦"')
    bytes.byte(0x5d)
    expected.push(`[${round},${round * 1e9}"é漢🧦"]`)
  }
  const taken = bytes.take()
  equal(textOf(taken), expected.join(''))
  bytes.begin()
  deepEqual(bytes.take(), new Uint8Array())
  bytes.ascii('x'.repeat(9))
  equal(textOf(taken), expected.join(''))
})
