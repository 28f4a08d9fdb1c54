import type { Inventory } from 'holdfast'
import { inFlight, timed } from './callers.ts'
import type { Bench } from './line.ts'
import { alternate, type Side } from './rounds.ts'
import { productId, reserveOf } from './shop.ts'
import { atMost, rowOf, type Row } from './table.ts'
import { randomPicks } from './workload.ts'

const CALLERS = 1024
/** Units of each product: even for ten million products, the sum is an exact number. */
export const QTY = 1_000_000

/** A store of the engine and a bare one, both with this many levels and entries. */
export interface Grown {
  readonly levels: number
  fill(): Promise<void>
  open(): Promise<Inventory>
  /** Reserves in the bare one. */
  reserveBare(picks: Int32Array): unknown
  closeBare(): unknown
}

export function sizesOf({ big }: Bench): readonly number[] {
  return big ? [10_000, 1_000_000, 10_000_000] : [10_000, 1_000_000]
}

/** The cost of an operation and of opening, smallest store first; `more` adds rows to each. */
export async function growthRows<One extends Grown>(
  bench: Bench,
  store: string,
  operations: number,
  all: readonly One[],
  more: { readonly note?: string; readonly rows?: (one: One) => Row[] } = {},
): Promise<Row[]> {
  const shops: Inventory[] = []
  const openMs: number[][] = []
  const sides: Side[] = []
  for (const one of all) {
    const start = performance.now()
    await one.fill()
    const { shop, ms } = await opened(one)
    shops.push(shop)
    openMs.push(ms)
    sides.push(...sidesOf(one, shop, bench.operations(operations)))
    process.stderr.write(`${named(one)} in ${Math.round((performance.now() - start) / 1000)} s … `)
  }
  const speeds = await alternate(bench.rounds, sides)
  for (const [index, one] of all.entries()) {
    await shops[index]!.close()
    await one.closeBare()
  }
  const [oursSmall, bareSmall] = speeds
  return all.flatMap((one, index) => {
    const [ours, bare] = [speeds[2 * index]!, speeds[2 * index + 1]!]
    const slowdown = rowOf({
      title: `${store}, slowdown from 10,000 to ${named(one)}`,
      unit: '×',
      ours: oursSmall!.map((small, round) => small / ours[round]!),
      bare: bareSmall!.map((small, round) => small / bare[round]!),
      goal: atMost(1.25),
      notes: ['less is better'],
    })
    const speed = rowOf({
      title: `${store}, 1,024 in flight, ${named(one)}`,
      ours,
      bare,
      notes: more.note === undefined ? [] : [more.note],
    })
    const opening = rowOf({
      title: `${store}, opening ${named(one)}`,
      unit: 'ms',
      ours: openMs[index]!,
      goal: atMost(1000),
      notes: ['less is better'],
    })
    return [...(index > 0 ? [slowdown] : []), speed, opening, ...(more.rows?.(one) ?? [])]
  })
}

export function named({ levels }: Pick<Grown, 'levels'>): string {
  return `${levels.toLocaleString('en')} levels`
}

/** Opens the engine's a few times, and leaves the last one open. */
async function opened(one: Grown): Promise<{ shop: Inventory; ms: number[] }> {
  const ms: number[] = []
  for (;;) {
    const start = performance.now()
    const shop = await one.open()
    if (ms.push(performance.now() - start) === 3) return { shop, ms }
    await shop.close()
  }
}

/** Each round reserves other products, so that no cache has seen them all. */
function sidesOf(one: Grown, shop: Inventory, operations: number): [ours: Side, bare: Side] {
  const picks = randomPicks(operations, one.levels)
  let round = 0
  return [
    () => {
      const shift = (round++ * 7919) % one.levels
      return inFlight(CALLERS, picks.length, (index) =>
        shop.reserve(reserveOf(productId((picks[index]! + shift) % one.levels))),
      )
    },
    () => timed(picks.length, () => one.reserveBare(picks)),
  ]
}
