export interface Row {
  readonly title: string
  /** The unit of `ours` and `bare`. */
  readonly unit: string
  readonly ours: Spread
  /** null if there is nothing to compare with. */
  readonly bare: Spread | null
  /** Ours relative to bare, per round. Above 1 is better, unless the unit says otherwise. */
  readonly ratio: Spread | null
  readonly goal: Goal | null
  readonly notes: readonly string[]
}

export interface Spread {
  readonly median: number
  readonly least: number
  readonly most: number
}

/** The goal of the median ratio, or of our median if there is no ratio. */
export interface Goal {
  readonly is: 'at least' | 'at most'
  readonly value: number
}

export function atLeast(value: number): Goal {
  return { is: 'at least', value }
}

export function atMost(value: number): Goal {
  return { is: 'at most', value }
}

export function reached(row: Row): boolean | null {
  if (row.goal === null) return null
  const { median } = row.ratio ?? row.ours
  return row.goal.is === 'at least' ? median >= row.goal.value : median <= row.goal.value
}

/** A row from the figures of every round. */
export function rowOf(figures: {
  readonly title: string
  readonly unit?: string
  readonly ours: readonly number[]
  readonly bare?: readonly number[]
  readonly goal?: Goal | null
  readonly notes?: readonly string[]
}): Row {
  const { title, unit = 'op/s', ours, bare, goal = null, notes = [] } = figures
  // Round by round: neighbouring rounds saw the same state of the machine.
  const ratio = bare === undefined ? null : spread(ours.map((value, at) => value / bare[at]!))
  return { title, unit, ours: spread(ours), bare: bare ? spread(bare) : null, ratio, goal, notes }
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  return { median: percentile(sorted, 0.5), least: sorted[0]!, most: sorted.at(-1)! }
}

/** Interpolates between two neighbours. */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  const at = (sorted.length - 1) * share
  const below = sorted[Math.floor(at)]!
  const above = sorted[Math.ceil(at)]!
  return below + (above - below) * (at - Math.floor(at))
}

/** A line's rows, and the load of the machine before and after. */
export interface Measured {
  readonly line: string
  readonly rows: readonly Row[]
  readonly load: readonly [before: string, after: string]
  readonly seconds: number
}

const HEADS = ['', 'ours', 'bare', 'ours ÷ bare', 'goal', 'reached', '']

/** A Markdown table: each figure as its median, the ratio with its least and most. */
export function table(measured: readonly Measured[]): string {
  const cells = [
    HEADS,
    ...measured.flatMap(({ rows, load }) => rows.map((row) => cellsOf(row, load))),
  ]
  const widths = HEADS.map((_, column) => Math.max(...cells.map((row) => row[column]!.length), 3))
  const rule = widths.map((width) => '-'.repeat(width))
  return [cells[0]!, rule, ...cells.slice(1)]
    .map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`)
    .join('\n')
}

function cellsOf(row: Row, load: Measured['load']): string[] {
  const yes = reached(row)
  return [
    row.title,
    `${figure(row.ours.median)} ${row.unit}`,
    row.bare === null ? '' : `${figure(row.bare.median)} ${row.unit}`,
    row.ratio === null ? range(row.ours) : range(row.ratio),
    row.goal === null ? '' : `${row.goal.is} ${figure(row.goal.value)}`,
    yes === null ? '' : yes ? 'yes' : 'NO',
    [...row.notes, `load ${load.join(' → ')}`].join('; '),
  ]
}

function range({ median, least, most }: Spread): string {
  return `${figure(median)} (${figure(least)}–${figure(most)})`
}

function figure(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString('en')
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)
}
