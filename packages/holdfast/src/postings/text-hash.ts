/**
 * Hashes of texts in 32 bits: HalfSipHash-1-3 (Aumasson and Bernstein), over UTF-16 code units. Whoever does not know
 * the key cannot choose texts that share a hash.
 */
export class TextHash {
  readonly #low: number
  readonly #high: number

  /** The key is the first 8 bytes of `salt`. */
  constructor(salt: Uint8Array) {
    const view = new DataView(salt.buffer, salt.byteOffset, 8)
    this.#low = view.getInt32(0, true)
    this.#high = view.getInt32(4, true)
  }

  /** From 0 to 2^32 - 1. */
  of(text: string): number {
    let v0 = this.#low
    let v1 = this.#high
    let v2 = 0x6c796765 ^ v0
    let v3 = 0x74656462 ^ v1
    const { length } = text
    // Words of two code units, and the length.
    for (let at = 0; ; at += 2) {
      const word =
        at + 1 < length
          ? text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16)
          : at < length
            ? text.charCodeAt(at)
            : length
      v3 ^= word
      v0 = (v0 + v1) | 0
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0
      v0 = (v0 << 16) | (v0 >>> 16)
      v2 = (v2 + v3) | 0
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2
      v0 = (v0 + v3) | 0
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0
      v2 = (v2 + v1) | 0
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2
      v2 = (v2 << 16) | (v2 >>> 16)
      v0 ^= word
      if (at >= length) break
    }
    v2 ^= 0xff
    for (let round = 0; round < 3; round++) {
      v0 = (v0 + v1) | 0
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0
      v0 = (v0 << 16) | (v0 >>> 16)
      v2 = (v2 + v3) | 0
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2
      v0 = (v0 + v3) | 0
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0
      v2 = (v2 + v1) | 0
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2
      v2 = (v2 << 16) | (v2 >>> 16)
    }
    return (v1 ^ v3) >>> 0
  }
}
