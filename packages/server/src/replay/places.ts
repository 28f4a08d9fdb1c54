import type { WarehouseOptions } from 'holdfast'

/** The three warehouses that a replay sells from, each with its share of the opening stock in percent. */
const PLACES = [
  { id: 'LON', name: 'London', share: 60 },
  { id: 'RTM', name: 'Rotterdam', share: 25 },
  { id: 'SIN', name: 'Singapore', share: 15 },
] as const

export const WAREHOUSES: readonly WarehouseOptions[] = PLACES.map(({ id, name }) => ({ id, name }))

const FROM_LONDON = ['LON', 'RTM', 'SIN'] as const
const FROM_ROTTERDAM = ['RTM', 'LON', 'SIN'] as const
const FROM_SINGAPORE = ['SIN', 'RTM', 'LON'] as const

const NEAR_LONDON = ['Channel Islands', 'EIRE', 'United Kingdom', 'Unspecified']
const NEAR_ROTTERDAM = [
  'Austria',
  'Belgium',
  'Cyprus',
  'Czech Republic',
  'Denmark',
  'European Community',
  'Finland',
  'France',
  'Germany',
  'Greece',
  'Iceland',
  'Italy',
  'Lithuania',
  'Malta',
  'Netherlands',
  'Norway',
  'Poland',
  'Portugal',
  'Spain',
  'Sweden',
  'Switzerland',
]

const ORDERS = new Map<string, readonly string[]>([
  ...NEAR_LONDON.map((country) => [country, FROM_LONDON] as const),
  ...NEAR_ROTTERDAM.map((country) => [country, FROM_ROTTERDAM] as const),
])

/** The warehouses for a country, nearest first. Far and unknown countries begin with Singapore. */
export function warehouseOrder(country: string): readonly string[] {
  return ORDERS.get(country) ?? FROM_SINGAPORE
}

/** Distributes a quantity over the three warehouses by their shares. The remainder goes to the first. */
export function spread(qty: number): readonly { warehouseId: string; qty: number }[] {
  const [first, ...others] = PLACES
  const parts = others.map(({ id, share }) => ({
    warehouseId: id,
    qty: Number((BigInt(qty) * BigInt(share)) / 100n),
  }))
  const rest = parts.reduce((left, part) => left - part.qty, qty)
  return [{ warehouseId: first.id, qty: rest }, ...parts].filter((part) => part.qty > 0)
}
