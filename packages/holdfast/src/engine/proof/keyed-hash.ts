import { randomFillSync } from 'node:crypto'

/** Hashes of 53 bits with a secret random key. */
export class KeyedHash {
  readonly #keys = randomFillSync(new Int32Array(4))
  #a = 0
  #b = 0

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
      const high = Math.floor(value / 0x1_0000_0000)
      a = Math.imul(a ^ high, 0x9e3779b1)
      a ^= a >>> 15
      b = Math.imul(b ^ high ^ a, 0x85ebca6b)
      b ^= b >>> 13
    }
    this.#a = a
    this.#b = b
    return this
  }

  text(text: string | null): this {
    this.#mix(text === null ? -1 : text.length)
    if (text !== null)
      for (let index = 0; index < text.length; index += 2)
        this.#mix(text.charCodeAt(index) * 0x1_0000 + (text.charCodeAt(index + 1) || 0))
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
