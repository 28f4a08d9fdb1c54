import { inTurn, ratios } from './compare.ts'
import type { Bench } from './bench.ts'
import { atMost, spread, type Row, type Side } from './row.ts'

/** A store of ours and a bare one, both with so many levels and entries. */
export interface Grown {
  readonly levels: number
  readonly openMs: readonly number[]
  readonly sides: { readonly ours: Side; readonly bare: Side }
  /** Fills both, then opens ours a few times. */
  grow(): Promise<void>
  close(): Promise<void>
}

export function sizesOf({ big }: Bench): readonly number[] {
  return big ? [10_000, 1_000_000, 10_000_000] : [10_000, 1_000_000]
}

/** What an operation and an opening cost, the smallest first; `more` adds rows of its own to each. */
export async function growthRows<One extends Grown>(
  bench: Bench,
  store: string,
  all: readonly One[],
  more: { readonly note?: string; readonly rows?: (one: One) => Row[] } = {},
): Promise<Row[]> {
  for (const one of all) {
    const start = performance.now()
    await one.grow()
    process.stderr.write(`${named(one)} in ${Math.round((performance.now() - start) / 1000)} s … `)
  }
  const speeds = await inTurn(
    bench.rounds,
    all.flatMap(({ sides: { ours, bare } }) => [ours, bare]),
  )
  for (const one of all) await one.close()
  return all.flatMap((one, index) => {
    const [ours, bare] = [speeds[2 * index]!, speeds[2 * index + 1]!]
    const rows = [speedRow(store, one, ours, bare, more.note), openRow(store, one)]
    rows.push(...(more.rows?.(one) ?? []))
    if (index > 0) rows.unshift(slowdownRow(store, one, speeds[0]!, speeds[1]!, ours, bare))
    return rows
  })
}

export function named({ levels }: Pick<Grown, 'levels'>): string {
  return `${levels.toLocaleString('en')} levels`
}

function slowdownRow(
  store: string,
  one: Grown,
  oursSmall: number[],
  bareSmall: number[],
  ours: number[],
  bare: number[],
): Row {
  const oursTimes = oursSmall.map((small, round) => small / ours[round]!)
  const bareTimes = bareSmall.map((small, round) => small / bare[round]!)
  return {
    title: `${store}, slowdown from 10,000 to ${named(one)}`,
    unit: '×',
    ours: spread(oursTimes),
    bare: spread(bareTimes),
    ratio: ratios(oursTimes, bareTimes),
    goal: atMost(1.25),
    notes: ['less is better'],
  }
}

function speedRow(store: string, one: Grown, ours: number[], bare: number[], note = ''): Row {
  return {
    title: `${store}, 1,024 in flight, ${named(one)}`,
    unit: 'op/s',
    ours: spread(ours),
    bare: spread(bare),
    ratio: ratios(ours, bare),
    goal: null,
    notes: note === '' ? [] : [note],
  }
}

function openRow(store: string, one: Grown): Row {
  return {
    title: `${store}, opening ${named(one)}`,
    unit: 'ms',
    ours: spread([...one.openMs]),
    bare: null,
    ratio: null,
    goal: atMost(1000),
    notes: ['less is better'],
  }
}
