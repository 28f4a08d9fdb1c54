import { randomFillSync } from 'node:crypto'

/** Hashes of 53 bits with a secret random key. */
export class KeyedHash {
  readonly #keys: Int32Array
  #a = 0
  #b = 0

  constructor(keys = KeyedHash.newKeys()) {
    this.#keys = keys
  }

  static newKeys(): Int32Array {
    return randomFillSync(new Int32Array(4))
  }

  begin(): this {
    this.#a = this.#keys[0]!
    this.#b = this.#keys[1]!
    return this
  }

  number(value: number): this {
    this.#mix(value | 0)
    this.#mix(Math.floor(value / 0x1_0000_0000))
    return this
  }

  /** Hashes each number. With local variables it takes a third of the time of separate calls. */
  numbers(values: Float64Array): this {
    let [a, b] = [this.#a, this.#b]
    for (let index = 0; index < values.length; index++) {
      const value = values[index]!
      a = Math.imul(a ^ value, 0x9e3779b1)
      a ^= a >>> 15
      b = Math.imul(b ^ value ^ a, 0x85ebca6b)
      b ^= b >>> 13
      // Other constants than for a value of 32 bits, so that it cannot stand for the next one.
      if (value >>> 0 === value) continue
      const high = Math.floor(value / 0x1_0000_0000)
      a = Math.imul(a ^ high, 0xc2b2ae35)
      a ^= a >>> 16
      b = Math.imul(b ^ high ^ a, 0x27d4eb2f)
      b ^= b >>> 15
    }
    this.#a = a
    this.#b = b
    return this
  }

  /**
   * Adds a hash of two numbers from 0 on, the first one below 2^32, to the sum of 64 bits that stands at `at`: four
   * rounds, each of which can be undone, so that no two pairs of numbers below 2^32 have the same.
   */
  addPair(first: number, second: number, sums: Int32Array, at: number): void {
    const keys = this.#keys
    let a = Math.imul(first ^ keys[0]!, 0x9e3779b1)
    a ^= a >>> 15
    if (second > 0xffff_ffff) {
      a = Math.imul(a ^ Math.floor(second / 0x1_0000_0000) ^ keys[3]!, 0xc2b2ae35)
      a ^= a >>> 16
    }
    let b = Math.imul(second ^ keys[1]! ^ a, 0x85ebca6b)
    b ^= b >>> 13
    a = Math.imul(a ^ b ^ keys[2]!, 0xc2b2ae35)
    a ^= a >>> 16
    b = Math.imul(b ^ a ^ keys[3]!, 0x9e3779b1)
    b ^= b >>> 15
    sums[at]! += a
    sums[at + 1]! += b
  }

  /** With variables of its own, too. */
  text(text: string | null): this {
    this.#mix(text === null ? -1 : text.length)
    if (text === null) return this
    let [a, b] = [this.#a, this.#b]
    for (let index = 0; index < text.length; index += 2) {
      const second = index + 1 < text.length ? text.charCodeAt(index + 1) : 0
      const value = (text.charCodeAt(index) << 16) | second
      a = Math.imul(a ^ value, 0x9e3779b1)
      a ^= a >>> 15
      b = Math.imul(b ^ value ^ a, 0x85ebca6b)
      b ^= b >>> 13
    }
    this.#a = a
    this.#b = b
    return this
  }

  end(): number {
    this.#mix(this.#keys[2]!)
    this.#mix(this.#keys[3]!)
    return (this.#a >>> 0) * 0x20_0000 + (this.#b >>> 11)
  }

  #mix(value: number): void {
    const a = Math.imul(this.#a ^ value, 0x9e3779b1)
    this.#a = a ^ (a >>> 15)
    const b = Math.imul(this.#b ^ value ^ this.#a, 0x85ebca6b)
    this.#b = b ^ (b >>> 13)
  }
}
