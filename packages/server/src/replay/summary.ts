import type { Verdict } from 'holdfast'
import type { Identity } from './position.ts'
import type { StockTotal } from './stock-total.ts'
import type { Survey } from './survey.ts'
import type { Moved, TrailFold } from './trail-fold.ts'

/** Everything that the summary is made from. */
export interface Evidence {
  readonly identity: Identity
  readonly survey: Survey
  readonly openingUnits: number
  readonly fold: TrailFold
  readonly sold: ReadonlySet<string>
  readonly stock: StockTotal
  readonly verdict: Verdict
}

interface Check {
  readonly what: string
  readonly left: number
  readonly right: number
  readonly ok: boolean
}

/** The result of a replay and its checks, from the file, the trail and the stock alone. */
export interface Summary extends Identity {
  readonly lines: {
    readonly read: number
    readonly ordered: number
    readonly returned: number
    readonly writtenOff: number
    readonly skipped: number
    readonly malformed: number
  }
  readonly orders: {
    readonly placed: number
    readonly confirmed: number
    readonly refused: number
    readonly linesConfirmed: number
    readonly unitsPlaced: number
    readonly unitsConfirmed: number
  }
  readonly writeOffs: { readonly booked: number; readonly refused: number }
  readonly moved: Readonly<Record<string, Moved>>
  readonly refusals: Readonly<Record<string, number>>
  readonly skipped: Readonly<Record<string, number>>
  readonly malformed: readonly { readonly line: number; readonly problem: string }[]
  readonly stock: StockTotal
  readonly checks: readonly Check[]
  readonly addsUp: boolean
  readonly verdict: Verdict
}

export function summarise(evidence: Evidence): Summary {
  const { identity, survey, fold, sold, stock, verdict } = evidence
  const ordered = [...survey.orders]
  const confirmed = ordered.filter(([invoice]) => sold.has(invoice)).map(([, order]) => order)
  const orders = {
    placed: ordered.length,
    confirmed: confirmed.length,
    refused: ordered.length - confirmed.length,
    linesConfirmed: sum(confirmed.map(({ lines }) => lines)),
    unitsPlaced: sum(ordered.map(([, { units }]) => units)),
    unitsConfirmed: sum(confirmed.map(({ units }) => units)),
  }
  const booked = fold.count('DAMAGED', 'REMOVED')
  const writeOffs = { booked, refused: survey.writeOffs.lines - booked }
  const lines = {
    read: survey.lines,
    ordered: sum(ordered.map(([, order]) => order.lines)),
    returned: survey.returns.lines,
    writtenOff: survey.writeOffs.lines,
    skipped: sum(survey.skipped.values()),
    malformed: survey.malformed.count,
  }
  const checks = checksOf(evidence, lines, orders)
  return {
    ...identity,
    lines,
    orders,
    writeOffs,
    moved: Object.fromEntries(fold.moved),
    // A replay stops at any other refusal, so all have this reason.
    refusals: { INSUFFICIENT_STOCK: orders.refused + writeOffs.refused },
    skipped: Object.fromEntries([...survey.skipped].sort(([, a], [, b]) => b - a)),
    malformed: survey.malformed.first,
    stock,
    checks,
    addsUp: verdict.ok && checks.every(({ ok }) => ok),
    verdict,
  }
}

function checksOf(
  { survey, openingUnits, fold, sold, stock }: Evidence,
  lines: Summary['lines'],
  orders: Summary['orders'],
): Check[] {
  const { read, ordered, returned, writtenOff, skipped, malformed } = lines
  const writtenOffUnits = fold.units('DAMAGED', 'REMOVED')
  const inAndOut =
    fold.units('RECEIVED OPENING', 'RECEIVED RETURN') -
    writtenOffUnits -
    fold.units('SHIPPED') +
    fold.byOthers
  return [
    check(
      'lines: ordered + returned + written off + skipped + malformed = read',
      ordered + returned + writtenOff + skipped + malformed,
      read,
    ),
    check(
      'opening stock in the trail = cover × demand',
      fold.units('RECEIVED OPENING'),
      openingUnits,
    ),
    check(
      'returns in the trail = returns in the file',
      fold.units('RECEIVED RETURN'),
      survey.returns.units,
    ),
    check('every invoice in the trail is in the file', orders.confirmed, sold.size),
    check(
      'units sold = units of the confirmed orders in the file',
      fold.units('SOLD'),
      orders.unitsConfirmed,
    ),
    check(
      'reserved − given back = sold',
      fold.units('RESERVED') - fold.units('RETURNED'),
      fold.units('SOLD'),
    ),
    check('sold = shipped', fold.units('SOLD'), fold.units('SHIPPED')),
    check('opening + returns − write-offs − shipped = on hand', inAndOut, stock.onHand),
    check('nothing is left held or allocated', stock.held + stock.allocated, 0),
  ]
}

function check(what: string, left: number, right: number): Check {
  return { what, left, right, ok: left === right }
}

function sum(values: Iterable<number>): number {
  let total = 0
  for (const value of values) total += value
  return total
}
