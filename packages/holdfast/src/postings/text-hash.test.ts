import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { dice } from '../testing/dice.ts'
import { TextHash } from './text-hash.ts'

const mask = 0xffff_ffffn

/** As the paper has it, in big numbers: `compress` rounds a word, `finish` at the end. */
function halfSipHash(
  key: readonly [bigint, bigint],
  words: readonly bigint[],
  compress: number,
  finish: number,
): number {
  const [k0, k1] = key
  let [v0, v1, v2, v3] = [k0, k1, 0x6c796765n ^ k0, 0x74656462n ^ k1]
  const turned = (value: bigint, by: bigint): bigint =>
    ((value << by) | (value >> (32n - by))) & mask
  const round = (): void => {
    v0 = (v0 + v1) & mask
    v1 = turned(v1, 5n) ^ v0
    v0 = turned(v0, 16n)
    v2 = (v2 + v3) & mask
    v3 = turned(v3, 8n) ^ v2
    v0 = (v0 + v3) & mask
    v3 = turned(v3, 7n) ^ v0
    v2 = (v2 + v1) & mask
    v1 = turned(v1, 13n) ^ v2
    v2 = turned(v2, 16n)
  }
  for (const word of words) {
    v3 ^= word
    for (let i = 0; i < compress; i++) round()
    v0 ^= word
  }
  v2 ^= 0xffn
  for (let i = 0; i < finish; i++) round()
  return Number(v1 ^ v3)
}

/** Two code units a word, and the length after them. */
function wordsOf(text: string): bigint[] {
  const words: bigint[] = []
  for (let at = 0; at < text.length; at += 2) {
    const second = at + 1 < text.length ? text.charCodeAt(at + 1) : 0
    words.push(BigInt(text.charCodeAt(at)) + (BigInt(second) << 16n))
  }
  return [...words, BigInt(text.length)]
}

const SALT = Uint8Array.from({ length: 8 }, (_, index) => index)
const KEY = [0x03020100n, 0x07060504n] as const

test('what it is compared with is HalfSipHash: the authors’ own 2-4 vectors', () => {
  equal(halfSipHash(KEY, [0n], 2, 4), 0x5b9f35a9)
  equal(halfSipHash(KEY, [1n << 24n], 2, 4), 0xb85a4727)
})

test('texts have the same hash as by the plain implementation', () => {
  const d = dice(1)
  for (let round = 0; round < 300; round++) {
    const salt = Uint8Array.from({ length: 8 }, () => d.below(256))
    const view = new DataView(salt.buffer)
    const key = [BigInt(view.getUint32(0, true)), BigInt(view.getUint32(4, true))] as const
    const hash = new TextHash(salt)
    const most = d.pick([0x80, 0x1_0000])
    const text = String.fromCharCode(...Array.from({ length: d.below(40) }, () => d.below(most)))
    equal(hash.of(text), halfSipHash(key, wordsOf(text), 1, 3), JSON.stringify(text))
  }
})

test('hashes are stored, so they stay what they are', () => {
  const hash = new TextHash(SALT)
  const found = ['', 'a', 'ab', 'a\u0000', 'cart-1', '🧦'].map((text) => hash.of(text))
  deepEqual(found, [1477757078, 3187288578, 3422997531, 1622980948, 1862976378, 1698812452])
  // Where the key begins within its buffer does not matter, nor what follows it.
  const within = Uint8Array.from([9, ...SALT, 9, 9]).subarray(1)
  equal(new TextHash(within).of('cart-1'), hash.of('cart-1'))
})
