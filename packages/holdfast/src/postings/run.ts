import { KINDS, type Kind, type Post } from './kinds.ts'

/** Numbers of entries and records are stored by block. Two bytes say which number of a block it is. */
export const BLOCK = 65_536

/** Keys with few postings in a run share this many lists of each kind. */
export const BUCKETS = 512
const BUCKET_BITS = 9

/** A key with this many postings in a run has its own list. */
const MANY = 16

/** A run ends with the commit that reaches the end of a block, or after this many commits. */
export const RUN_COMMITS = 2000

/** How far the postings go: whole commits. */
export interface Watermark {
  readonly commit: number
  readonly seq: number
}

/** Whether a run that begins after a watermark ends with a commit. It follows from the log alone. */
export function endsRun(
  from: Watermark,
  commit: number,
  lastSeq: number,
  runCommits = RUN_COMMITS,
): boolean {
  return lastSeq >= endOfBlock(from.seq) || commit - from.commit >= runCommits
}

function endOfBlock(seq: number): number {
  return (Math.floor(seq / BLOCK) + 1) * BLOCK
}

/** A row of the table: the part of one list that is in one block. */
export interface PostingRow {
  readonly kind: number
  readonly list: number
  readonly block: number
  readonly seqs: Uint8Array
}

/** The list of a key that has one of its own. */
export function ownList(key: number): number {
  return key
}

/** The list that a key shares with others. */
export function sharedList(key: number): number {
  return -1 - (key % BUCKETS)
}

/** Collects the postings of a run and packs them into rows. The same postings make the same rows. */
export class Run {
  #kinds = new Uint8Array(4096)
  #keys = new Uint32Array(4096)
  #found = new Float64Array(4096)
  #count = 0

  readonly post: Post = (kind, key, found) => {
    if (this.#count === this.#kinds.length) this.#grow()
    this.#kinds[this.#count] = kind
    this.#keys[this.#count] = key
    this.#found[this.#count++] = found
  };

  /**
   * In order of (kind, list, block). A row for each posting costs the writer 2 µs a posting; shared lists make far fewer
   * rows.
   */
  *rows(): Generator<PostingRow> {
    const groups = this.#byBucket()
    for (let kind = 1; kind < KINDS; kind++) {
      const first = kind * BUCKETS
      // Sharing saves no rows if the kind has so few postings.
      const many = groups.starts[first + BUCKETS]! - groups.starts[first]! < BUCKETS ? 1 : MANY
      const own: Posting[][] = []
      // The last bucket has the lowest list.
      for (let bucket = BUCKETS - 1; bucket >= 0; bucket--) {
        const postings = this.#inOrder(groups, first + bucket)
        const shared: Posting[] = []
        for (let from = 0; from < postings.length;) {
          let to = from + 1
          while (to < postings.length && postings[to]!.key === postings[from]!.key) to++
          const ofKey = postings.slice(from, to)
          if (ofKey.length >= many) own.push(ofKey)
          else shared.push(...ofKey)
          from = to
        }
        if (shared.length > 0) yield* sharedRows(kind as Kind, shared)
      }
      own.sort((a, b) => a[0]!.key - b[0]!.key)
      for (const postings of own) yield* ownRows(kind as Kind, postings)
    }
  }

  /** Groups the postings by kind and bucket: their places, and where each group begins. */
  #byBucket(): Groups {
    const starts = new Uint32Array(KINDS * BUCKETS + 1)
    const groupOf = (at: number): number => this.#kinds[at]! * BUCKETS + (this.#keys[at]! % BUCKETS)
    for (let at = 0; at < this.#count; at++) starts[groupOf(at) + 1]!++
    for (let group = 1; group < starts.length; group++) starts[group]! += starts[group - 1]!
    const next = starts.slice()
    const places = new Uint32Array(this.#count)
    for (let at = 0; at < this.#count; at++) places[next[groupOf(at)]!++] = at
    return { starts, places }
  }

  /** Those of one group, in order of key and number. */
  #inOrder({ starts, places }: Groups, group: number): Posting[] {
    const postings: Posting[] = []
    for (let index = starts[group]!; index < starts[group + 1]!; index++) {
      const at = places[index]!
      postings.push({ key: this.#keys[at]!, found: this.#found[at]! })
    }
    return postings.sort((a, b) => a.key - b.key || a.found - b.found)
  }

  #grow(): void {
    const size = 2 * this.#count
    const [kinds, keys, found] = [
      new Uint8Array(size),
      new Uint32Array(size),
      new Float64Array(size),
    ]
    kinds.set(this.#kinds)
    keys.set(this.#keys)
    found.set(this.#found)
    this.#kinds = kinds
    this.#keys = keys
    this.#found = found
  }
}

interface Groups {
  readonly starts: Uint32Array
  readonly places: Uint32Array
}

interface Posting {
  readonly key: number
  readonly found: number
}

/** Of one key: two bytes each. */
function* ownRows(kind: Kind, postings: readonly Posting[]): Generator<PostingRow> {
  for (const [block, ofBlock] of byBlock(postings)) {
    const seqs = new Uint8Array(2 * ofBlock.length)
    ofBlock.forEach(({ found }, index) => setNumber(seqs, 2 * index, 2, found % BLOCK))
    yield { kind, list: ownList(ofBlock[0]!.key), block, seqs }
  }
}

/** Of keys that share a list: two bytes for the number, and three for the rest of the key. */
function* sharedRows(kind: Kind, postings: readonly Posting[]): Generator<PostingRow> {
  for (const [block, ofBlock] of byBlock(postings)) {
    const seqs = new Uint8Array(SHARED_BYTES * ofBlock.length)
    ofBlock.forEach(({ key, found }, index) => {
      setNumber(seqs, SHARED_BYTES * index, 2, found % BLOCK)
      setNumber(seqs, SHARED_BYTES * index + 2, 3, key >>> BUCKET_BITS)
    })
    yield { kind, list: sharedList(ofBlock[0]!.key), block, seqs }
  }
}

const SHARED_BYTES = 5

function byBlock(postings: readonly Posting[]): [number, Posting[]][] {
  const blocks = new Map<number, Posting[]>()
  for (const posting of postings) {
    const block = Math.floor(posting.found / BLOCK)
    const known = blocks.get(block)
    if (known === undefined) blocks.set(block, [posting])
    else known.push(posting)
  }
  return [...blocks].sort(([a], [b]) => a - b)
}

function setNumber(bytes: Uint8Array, at: number, length: number, value: number): void {
  for (let i = 0; i < length; i++) bytes[at + i] = (value >>> (8 * i)) & 0xff
}

/** Whether a row has the form that runs write. `bytes` from `start` to `end` are the row's. */
export function isRow(
  { kind, list, block }: Omit<PostingRow, 'seqs'>,
  bytes: Uint8Array,
  from: number,
  to: number,
): boolean {
  if (!(kind > 0 && kind < KINDS && list >= -BUCKETS && list <= 0xffff_ffff)) return false
  if (!(block >= 0 && block <= Number.MAX_SAFE_INTEGER / BLOCK)) return false
  if (from === to || (to - from) % (list >= 0 ? 2 : SHARED_BYTES) !== 0) return false
  if (list >= 0) return true
  // The last byte of each has the highest bits of a key of 32, less those that the list says.
  for (let at = from + SHARED_BYTES - 1; at < to; at += SHARED_BYTES)
    if (bytes[at]! >>> (16 - BUCKET_BITS) !== 0) return false
  return true
}

/** Calls back for each posting of a row. */
export function readRow(row: PostingRow, posting: (key: number, found: number) => void): void {
  readBytes(row, row.seqs, 0, row.seqs.length, posting)
}

/** The same of a row whose bytes are these from one place to another. */
export function readBytes(
  { list, block }: Pick<PostingRow, 'list' | 'block'>,
  bytes: Uint8Array,
  from: number,
  to: number,
  posting: (key: number, found: number) => void,
): void {
  const first = block * BLOCK
  if (list >= 0) {
    for (let at = from; at + 2 <= to; at += 2)
      posting(list, first + (bytes[at]! | (bytes[at + 1]! << 8)))
    return
  }
  const bucket = -1 - list
  for (let at = from; at + SHARED_BYTES <= to; at += SHARED_BYTES) {
    const rest = bytes[at + 2]! | (bytes[at + 3]! << 8) | (bytes[at + 4]! << 16)
    posting(((rest << BUCKET_BITS) | bucket) >>> 0, first + (bytes[at]! | (bytes[at + 1]! << 8)))
  }
}
