import { styleText } from 'node:util'
import { clean } from '../cli/output/clean.ts'
import { counted } from '../cli/output/counted.ts'
import { described } from '../cli/output/verdict.ts'
import type { Run } from './replay.ts'
import type { Summary } from './summary.ts'

/** How many reasons are listed; the others are added up. */
const LISTED = 12

/** The report of a replay, for people. */
export function report(summary: Summary, run: Run): string {
  const { lines, orders, writeOffs, moved, refusals, stock } = summary
  return [
    `${clean(summary.file)}, cover ${summary.cover}`,
    '',
    ...rows('lines', [
      ['read', lines.read],
      ['ordered', lines.ordered],
      ['returned', lines.returned],
      ['written off', lines.writtenOff],
      ['skipped', lines.skipped],
      ['malformed', lines.malformed],
    ]),
    ...rows('orders', [
      ['placed', orders.placed, counted(orders.unitsPlaced, 'unit')],
      [
        'confirmed',
        orders.confirmed,
        `${counted(orders.unitsConfirmed, 'unit')}, ${counted(orders.linesConfirmed, 'line')}`,
      ],
      ['refused', orders.refused],
    ]),
    ...rows('write-offs', [
      ['booked', writeOffs.booked],
      ['refused', writeOffs.refused],
    ]),
    ...rows(
      'units moved',
      Object.entries(moved).map(([type, { entries, units }]) => [
        type,
        units,
        counted(entries, 'entry', 'entries'),
      ]),
    ),
    ...rows('refusals', Object.entries(refusals)),
    ...rows('skipped', listed(Object.entries(summary.skipped))),
    ...rows('stock', [
      ['available', stock.available],
      ['held', stock.held],
      ['allocated', stock.allocated],
      ['on hand', stock.onHand, counted(stock.levels, 'level')],
    ]),
    'adds up',
    ...summary.checks.map(({ what, left, right, ok }) =>
      ok
        ? `  ${styleText('green', 'yes')}  ${what}`
        : `  ${styleText('red', 'NO')}   ${what}: ${left}, ${right}`,
    ),
    '',
    described(summary.verdict),
    '',
    speed(run),
  ].join('\n')
}

function speed({ operations, seconds, operationsPerSecond, continued }: Run): string {
  if (operations === 0) return 'All of it was replayed before; nothing was left to do.'
  const figures = `${counted(operations, 'operation')} in ${seconds.toFixed(1)} s: ${count(operationsPerSecond)} a second`
  return continued ? `${figures} (this run; it continued an earlier one)` : figures
}

function rows(title: string, entries: readonly (readonly [string, number, string?])[]): string[] {
  if (entries.length === 0) return []
  const width = Math.max(18, ...entries.map(([name]) => clean(name).length))
  const lines = entries.map(
    ([name, value, note]) =>
      `  ${clean(name).padEnd(width)} ${count(value).padStart(12)}${note === undefined ? '' : `  ${note}`}`,
  )
  return [title, ...lines, '']
}

function listed(entries: readonly (readonly [string, number])[]): (readonly [string, number])[] {
  if (entries.length <= LISTED + 1) return [...entries]
  const others = entries.slice(LISTED)
  const total = others.reduce((sum, [, value]) => sum + value, 0)
  return [...entries.slice(0, LISTED), [`${others.length} others`, total]]
}

function count(value: number): string {
  return value.toLocaleString('en')
}
