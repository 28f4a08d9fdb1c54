import { KeyedHash } from './keyed-hash.ts'

/** So great at most is a sum, so that two of them add up without loss. */
const MODULUS = 2 ** 52

/** What keys were stored, as one number: the same ones, in any order, have the same. */
export class KeySum {
  readonly #hash: KeyedHash
  #count = 0
  #sum = 0

  constructor(hash = new KeyedHash()) {
    this.#hash = hash
  }

  /** That of no keys, to be compared with this one. */
  empty(): KeySum {
    return new KeySum(this.#hash)
  }

  /** A key's digest, and the commit that stored it. */
  add({ commit, at }: { readonly commit: number; readonly at: number }, digest: string): void {
    const hash = this.#hash.begin().number(commit).number(at).text(digest).end()
    this.#sum = (this.#sum + (hash % MODULUS)) % MODULUS
    this.#count++
  }

  equals(other: KeySum): boolean {
    return this.#count === other.#count && this.#sum === other.#sum
  }
}
