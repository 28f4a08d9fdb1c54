import { join } from 'node:path'
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { timedInFlight } from '../measure/callers.ts'
import type { Line } from '../measure/line.ts'
import { filledShop, productIds, reserveOf } from '../measure/shop.ts'
import { percentile, rowOf, spread, type Row } from '../measure/table.ts'
import { randomPicks } from '../measure/workload.ts'

const LEVELS = 10_000

interface Round {
  readonly perSecond: number
  readonly sortedMs: Float64Array
  /** Share of the time in which this thread was busy. */
  readonly busy: number
  readonly stallMs: number
}

/** The latency of calls, and of everything else in the process, along with the throughput. */
export const latency: Line = {
  name: 'latency',
  async measure(bench) {
    const shop = await filledShop(join(bench.folder, 'ours.db'), LEVELS)
    const products = productIds(LEVELS)
    const rows: Row[] = []
    for (const callers of [1, 64, 1024]) {
      const picks = randomPicks(bench.operations(Math.min(200_000, callers * 2000)), LEVELS)
      const rounds: Round[] = []
      for (let round = -1; round < bench.rounds; round++) {
        globalThis.gc?.()
        const loop = monitorEventLoopDelay({ resolution: 1 })
        loop.enable()
        const before = performance.eventLoopUtilization()
        const { perSecond, sortedMs } = await timedInFlight(callers, picks.length, (index) =>
          shop.reserve(reserveOf(products[picks[index]!]!)),
        )
        const busy = performance.eventLoopUtilization(before).utilization
        loop.disable()
        if (round < 0) continue
        rounds.push({ perSecond, sortedMs, busy, stallMs: loop.percentile(99) / 1e6 })
      }
      const at = (share: number) => rounds.map(({ sortedMs }) => percentile(sortedMs, share))
      const middle = (values: number[]): number => spread(values).median
      const perSecond = Math.round(middle(rounds.map((round) => round.perSecond)))
      const busy = Math.round(100 * middle(rounds.map((round) => round.busy)))
      const stall = middle(rounds.map((round) => round.stallMs)).toFixed(1)
      const beside = [
        `${perSecond.toLocaleString('en')} op/s; this thread ${busy} % busy, timers late by ${stall} ms (p99)`,
      ]
      const title = `SQLite, ${callers.toLocaleString('en')} in flight, a call`
      rows.push(rowOf({ title: `${title}, p50`, unit: 'ms', ours: at(0.5), notes: beside }))
      rows.push(rowOf({ title: `${title}, p99`, unit: 'ms', ours: at(0.99) }))
    }
    await shop.close()
    return rows
  },
}
