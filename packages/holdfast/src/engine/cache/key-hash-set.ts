/** Half of the slots stay free, so that a look-up ends after one or two. */
const FIRST_PLACES = 64

/**
 * The recently seen keys, by 64 bits of each. A seen key is always known; an unseen one is almost never mistaken for a
 * seen one, and then it is only looked up. As strings in a map, keys cost 5 of 42 µs a command more, mostly in garbage
 * collection (PostgreSQL, 1,024 in flight).
 *
 * Two generations, exchanged by `rotate`: a key that is not added again for two rotations is forgotten.
 */
export class KeyHashSet {
  readonly #limit: number
  /** Random for each set, so that nobody can choose keys that collide. */
  readonly #seed = Math.floor(Math.random() * 0x1_0000_0000)
  #young = new Hashes()
  #old = new Hashes()
  /** The key hashed last: it is usually looked up, then added. */
  #key: string | null = null
  #first = 0
  #second = 0
  #isAscii = true

  constructor(limit: number) {
    this.#limit = limit
  }

  has(key: string): boolean {
    this.#hash(key)
    return this.#young.has(this.#first, this.#second) || this.#old.has(this.#first, this.#second)
  }

  add(key: string): void {
    this.#hash(key)
    this.#young.add(this.#first, this.#second)
  }

  isAscii(key: string): boolean {
    this.#hash(key)
    return this.#isAscii
  }

  /** Returns whether it rotated. */
  rotate(): boolean {
    if (this.#young.size < this.#limit) return false
    const forgotten = this.#old
    this.#old = this.#young
    this.#young = forgotten
    forgotten.clear()
    return true
  }

  /** Two multiplicative hashes, each with its bits mixed at the end. */
  #hash(key: string): void {
    if (key === this.#key) return
    let [first, second, all] = [this.#seed, ~this.#seed, 0]
    for (let index = 0; index < key.length; index++) {
      const unit = key.charCodeAt(index)
      first = Math.imul(first ^ unit, 0x9e3779b1)
      second = Math.imul(second ^ unit, 0x85ebca6b)
      first ^= first >>> 15
      all |= unit
    }
    this.#key = key
    this.#first = first ^ (second >>> 13)
    this.#second = second ^ (first >>> 16) || 1
    this.#isAscii = all < 0x80
  }
}

/** A set of pairs of 32 bits. The second is never 0: that marks a free slot. */
class Hashes {
  size = 0
  #places = new Int32Array(FIRST_PLACES * 2)

  has(first: number, second: number): boolean {
    return this.#places[this.#placeOf(first, second) + 1] !== 0
  }

  add(first: number, second: number): void {
    const place = this.#placeOf(first, second)
    if (this.#places[place + 1] !== 0) return
    this.#places[place] = first
    this.#places[place + 1] = second
    if (++this.size * 4 > this.#places.length) this.#grow()
  }

  clear(): void {
    this.#places.fill(0)
    this.size = 0
  }

  /** Its index, or where it would be inserted. */
  #placeOf(first: number, second: number): number {
    const places = this.#places
    const mask = places.length - 2
    let place = (first << 1) & mask
    while (places[place + 1] !== 0) {
      if (places[place] === first && places[place + 1] === second) break
      place = (place + 2) & mask
    }
    return place
  }

  #grow(): void {
    const before = this.#places
    this.#places = new Int32Array(before.length * 2)
    this.size = 0
    for (let place = 0; place < before.length; place += 2)
      if (before[place + 1] !== 0) this.add(before[place]!, before[place + 1]!)
  }
}
