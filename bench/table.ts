import type { Measured } from './measured.ts'
import { reached, type Row, type Spread } from './row.ts'

const HEADS = ['', 'ours', 'bare', 'ours ÷ bare', 'goal', 'reached', '']

/** A Markdown table: each figure as its median, the ratio with its least and most. */
export function table(measured: readonly Measured[]): string {
  const cells = [HEADS, ...measured.flatMap(({ rows, load }) => rows.map((row) => line(row, load)))]
  const widths = HEADS.map((_, column) => Math.max(...cells.map((row) => row[column]!.length), 3))
  const rule = widths.map((width) => '-'.repeat(width))
  return [cells[0]!, rule, ...cells.slice(1)]
    .map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`)
    .join('\n')
}

function line(row: Row, load: Measured['load']): string[] {
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
