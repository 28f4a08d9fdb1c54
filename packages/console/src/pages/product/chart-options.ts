import type { Explanation } from 'holdfast'
import uPlot from 'uplot'
import { clock } from '../../service/clock.ts'

type Points = [number[], number[], number[]]

/** Seconds, on hand, available: each entry's balances, and those of now. */
export function pointsOf({ entries, available, onHand }: Explanation): Points {
  const points: Points = [[], [], []]
  for (const entry of entries.toReversed()) {
    points[0].push(entry.timestamp / 1000)
    points[1].push(entry.available + entry.held + entry.allocated + entry.unsellable)
    points[2].push(entry.available)
  }
  points[0].push(Math.max(clock.now() / 1000, points[0].at(-1) ?? 0))
  points[1].push(onHand)
  points[2].push(available)
  return points
}

const DAY_S = 86_400
const SECONDS = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' })
const MINUTES = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' })
const DAYS = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })

/** The page's colours and time format; reports the point under the pointer. */
export function chartOptions(
  element: HTMLElement,
  onPoint: (index: number | null) => void,
): Omit<uPlot.Options, 'width' | 'height'> {
  const colour = (name: string): string => {
    element.style.color = `var(${name})`
    const { color } = getComputedStyle(element)
    element.style.color = ''
    return color
  }
  const soft = colour('--soft')
  const grid = { stroke: colour('--line'), width: 1 }
  const paths = uPlot.paths.stepped!({ align: 1 })
  const line = { paths, width: 2, points: { show: false } }
  const axis = { stroke: soft, grid, ticks: grid, font: '12px system-ui, sans-serif' }
  return {
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false } },
    scales: { x: { time: true }, y: { range: (_plot, _least, most) => [0, niceTop(most)] } },
    axes: [
      { ...axis, space: 90, values: (_plot, splits) => timesOf(splits) },
      { ...axis, size: 60, values: (_plot, splits) => splits.map((one) => one.toLocaleString()) },
    ],
    series: [
      {},
      { ...line, label: 'On hand', stroke: colour('--line-strong') },
      { ...line, label: 'Available', stroke: colour('--accent'), fill: colour('--accent-soft') },
    ],
    hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? null)] },
  }
}

function niceTop(most: number): number {
  return Math.max(4, Math.ceil(most * 1.08))
}

function timesOf(splits: readonly number[]): string[] {
  const range = (splits.at(-1) ?? 0) - (splits[0] ?? 0)
  const format = range > 2 * DAY_S ? DAYS : range > 600 ? MINUTES : SECONDS
  return splits.map((seconds) => format.format(seconds * 1000))
}
