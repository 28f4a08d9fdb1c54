import type { Row } from './row.ts'

/** What a line is measured with. */
export interface Bench {
  readonly rounds: number
  /** Also what takes minutes: a file of 10 million levels. */
  readonly big: boolean
  /** A folder of its own, on the disk that is measured; removed afterwards. */
  readonly folder: string
  /** So many operations, or fewer where it has to be quick. */
  operations(full: number): number
}

/** A part of the table that is measured by itself, in a process of its own. */
export interface Line {
  readonly name: string
  measure(bench: Bench): Promise<Row[]>
}
