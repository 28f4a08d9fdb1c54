import type { Kind, Post } from './kinds.ts'

const FIRST_ROOM = 4096
/** Of a posting that was dropped. */
const NO_KIND = 0
/** How many are chained for one look-up, at most: a millisecond. */
const CHAINED_AT_ONCE = 16_384
/** Where chains begin anew, so that places fit into 32 bits. */
const LAST_PLACE = 2 ** 32 - 1

/**
 * Postings in memory, found by kind and key without a look at the others. Each is chained to the one posted before it in
 * the same bucket of a hash table; a posting takes 21 bytes. Objects or a Map would take four times as much, and
 * the garbage collector's time. Look-ups chain what was posted: if there are none, posting costs no more than a list.
 */
export class PostedNumbers {
  #kinds = new Uint8Array(FIRST_ROOM)
  #keys = new Uint32Array(FIRST_ROOM)
  #found = new Float64Array(FIRST_ROOM)
  /** Of each, the place of the one before it in its chain; of each bucket, the place of its newest. */
  #before = new Uint32Array(FIRST_ROOM)
  #newest = new Uint32Array(FIRST_ROOM)
  #count = 0
  /** How many of them are chained. */
  #chained = 0
  /** The place before the first one's. Places are never given again, so that chains into what was forgotten end. */
  #gone = 0

  /** Where the next one will be. */
  get count(): number {
    return this.#count
  }

  readonly post: Post = (kind, key, found) => {
    if (this.#count === this.#kinds.length) this.#grow()
    this.#kinds[this.#count] = kind
    this.#keys[this.#count] = key
    this.#found[this.#count++] = found
  }

  /** The numbers posted under any of the keys, in no order, some more than once. */
  find(kind: Kind, keys: ReadonlySet<number>): number[] {
    const found: number[] = []
    this.#chainSome()
    for (const key of keys) {
      let place = this.#newest[this.#bucket(kind, key)]!
      while (place > this.#gone) {
        const index = place - this.#gone - 1
        if (this.#keys[index] === key && this.#kinds[index] === kind)
          found.push(this.#found[index]!)
        place = this.#before[index]!
      }
    }
    for (let index = this.#chained; index < this.#count; index++)
      if (this.#kinds[index] === kind && keys.has(this.#keys[index]!))
        found.push(this.#found[index]!)
    return found
  }

  /** Takes out those of a key for which `isGone`. Their room stays taken. */
  drop(kind: Kind, key: number, isGone: (found: number) => boolean): void {
    const isMeant = (index: number): boolean =>
      this.#keys[index] === key && this.#kinds[index] === kind && isGone(this.#found[index]!)
    const bucket = this.#bucket(kind, key)
    let last: number | null = null
    let place = this.#newest[bucket]!
    while (place > this.#gone) {
      const index = place - this.#gone - 1
      place = this.#before[index]!
      if (!isMeant(index)) last = index
      else {
        this.#kinds[index] = NO_KIND
        if (last === null) this.#newest[bucket] = place
        else this.#before[last] = place
      }
    }
    for (let index = this.#chained; index < this.#count; index++)
      if (isMeant(index)) this.#kinds[index] = NO_KIND
  }

  /** Posts some of them elsewhere, in their order. */
  postTo(post: Post, from: number, end: number): void {
    for (let index = from; index < end; index++)
      if (this.#kinds[index] !== NO_KIND)
        post(this.#kinds[index] as Kind, this.#keys[index]!, this.#found[index]!)
  }

  /** Forgets the first ones. */
  forget(count: number): void {
    for (const column of [this.#kinds, this.#keys, this.#found, this.#before])
      column.copyWithin(0, count, this.#count)
    this.#count -= count
    this.#chained = Math.max(0, this.#chained - count)
    this.#gone += count
    if (this.#gone > LAST_PLACE - this.#kinds.length) this.#unchain()
  }

  copy(): PostedNumbers {
    const copy = new PostedNumbers()
    copy.#kinds = this.#kinds.slice()
    copy.#keys = this.#keys.slice()
    copy.#found = this.#found.slice()
    copy.#before = this.#before.slice()
    copy.#newest = this.#newest.slice()
    copy.#count = this.#count
    copy.#chained = this.#chained
    copy.#gone = this.#gone
    return copy
  }

  #grow(): void {
    const size = 2 * this.#count
    const [kinds, keys, found] = [this.#kinds, this.#keys, this.#found]
    this.#kinds = new Uint8Array(size)
    this.#keys = new Uint32Array(size)
    this.#found = new Float64Array(size)
    this.#kinds.set(kinds)
    this.#keys.set(keys)
    this.#found.set(found)
    this.#before = new Uint32Array(size)
    this.#newest = new Uint32Array(size)
    this.#unchain()
  }

  #unchain(): void {
    this.#newest.fill(0)
    this.#chained = 0
    this.#gone = 0
  }

  #chainSome(): void {
    const end = Math.min(this.#count, this.#chained + CHAINED_AT_ONCE)
    for (; this.#chained < end; this.#chained++) {
      const index = this.#chained
      if (this.#kinds[index] === NO_KIND) continue
      const bucket = this.#bucket(this.#kinds[index]!, this.#keys[index]!)
      this.#before[index] = this.#newest[bucket]!
      this.#newest[bucket] = this.#gone + index + 1
    }
  }

  /** There are as many as room for postings, a power of two. Keys that follow on each other must not meet those of other kinds. */
  #bucket(kind: number, key: number): number {
    const mixed = Math.imul(key ^ Math.imul(kind, 0x9e37_79b1), 0x85eb_ca6b)
    return (mixed ^ (mixed >>> 15)) & (this.#newest.length - 1)
  }
}
