import { KeyedHash } from '../../store/keyed-hash.ts'

/** The modulus of a sum, so that two of them can be added exactly. */
const MODULUS = 2 ** 52

/** A set of stored keys as one number, independent of their order. */
export class KeySum {
  readonly #hash: KeyedHash
  #count = 0
  #sum = 0

  constructor(hash = new KeyedHash()) {
    this.#hash = hash
  }

  /** An empty sum, comparable with this one. */
  empty(): KeySum {
    return new KeySum(this.#hash)
  }

  /** Adds a key's digest and the commit that stored it. */
  add({ commit, at }: { readonly commit: number; readonly at: number }, digest: string): void {
    const hash = this.#hash.begin().number(commit).number(at).text(digest).end()
    this.#sum = (this.#sum + (hash % MODULUS)) % MODULUS
    this.#count++
  }

  equals(other: KeySum): boolean {
    return this.#count === other.#count && this.#sum === other.#sum
  }
}
