import type { ListSource, RowsWanted, StoredRow } from '../../src/postings/lists.ts'
import type { PostingRow } from '../../src/postings/run.ts'

/** Rows of postings as a store keeps them, in memory. */
export class PostingTable implements ListSource {
  tail: ListSource['tail'] = { find: () => [] }
  readonly #lists = new Map<string, StoredRow[]>()
  /** How many rows were asked for at most, each time. */
  readonly limits: number[] = []
  /** Of how many lists, each time. */
  readonly wanted: number[] = []

  /** A row that is there already is written again. */
  write(run: number, rows: Iterable<PostingRow>): void {
    for (const { kind, list, block, seqs } of rows) {
      const name = `${kind} ${list}`
      const others = (this.#lists.get(name) ?? []).filter(
        (one) => one.block !== block || one.run !== run,
      )
      this.#lists.set(name, [...others, { block, run, seqs }].sort(inOrder))
    }
  }

  postings(wanted: readonly RowsWanted[], isDown: boolean, limit: number): StoredRow[][] {
    this.limits.push(limit)
    this.wanted.push(wanted.length)
    return wanted.map((place) => {
      const rows = this.#lists.get(`${place.kind} ${place.list}`) ?? []
      const behind = (row: StoredRow): boolean =>
        isDown ? inOrder(row, place) < 0 : inOrder(row, place) > 0
      return (isDown ? rows.toReversed() : rows).filter(behind).slice(0, limit)
    })
  }
}

function inOrder(a: Place, b: Place): number {
  return a.block - b.block || Math.sign(a.run - b.run)
}

type Place = Pick<StoredRow, 'block' | 'run'>
