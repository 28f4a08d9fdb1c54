import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { newSchema, url as postgres } from '../../../holdfast/test/postgres/support/place.ts'
import { running } from '../http/support/running.ts'
import { holdfast, holdfastJson } from './support/holdfast.ts'

interface Warehouse {
  readonly id: string
  readonly name: string
  readonly capacity: number | null
  readonly reorderThresholds: Readonly<Record<string, number>>
  readonly sells: boolean
}

const SF = ['change-warehouse', '-w', 'SF'] as const
const PRODUCTS = ['HAT', 'MUG', 'LID', 'SOCK', 'SHOE', 'BOOT']

/** Changes of different parts at once, some rounds of them; answers what the warehouse is then. */
async function changedAtOnce(...where: string[]): Promise<Warehouse> {
  for (let round = 1; round <= 3; round++) {
    const changes = [
      ['--capacity', String(1000 + round)],
      ['--sells', round % 2 === 0 ? 'yes' : 'no'],
      ...PRODUCTS.map((product) => ['--product-threshold', `${product}${round}=${round}`]),
    ]
    const done = await Promise.all(changes.map((flags) => holdfast(...SF, ...flags, ...where)))
    for (const { code, stderr } of done) equal(code, 0, stderr)
  }
  const [all] = await holdfastJson<{ items: Warehouse[] }>('list-warehouses', ...where)
  return all!.items.find(({ id }) => id === 'SF')!
}

function isWhole(found: Warehouse): void {
  const { name, capacity, sells, reorderThresholds } = found
  deepEqual([name, capacity, sells], ['San Francisco', 1003, false])
  deepEqual(
    reorderThresholds,
    Object.fromEntries(
      [1, 2, 3].flatMap((round) => PRODUCTS.map((product) => [`${product}${round}`, round])),
    ),
  )
}

test('change-warehouse keeps what others change at once: several processes on one database', async () => {
  const db = `${postgres}${postgres.includes('?') ? '&' : '?'}schema=${newSchema()}`
  await holdfast('init', '--warehouse', 'SF:San Francisco', '--db', db)
  isWhole(await changedAtOnce('--db', db))
})

test('change-warehouse keeps what others change at once: at a service', async (t) => {
  const { url } = await running(t)
  isWhole(await changedAtOnce('--url', url))
})

test('change-warehouse at a service adds a warehouse by its name, and takes limits away', async (t) => {
  const { url } = await running(t)
  const oslo = ['change-warehouse', '-w', 'OSLO', '--url', url]
  const nameless = await holdfast(...oslo, '--capacity', '7')
  equal(nameless.code, 2)
  match(nameless.stderr, /OSLO is new: it needs a --name/)
  const [made] = await holdfastJson<Warehouse>(...oslo, '--name', 'Oslo', '--capacity', '7')
  deepEqual([made!.name, made!.capacity], ['Oslo', 7])
  const [open] = await holdfastJson<Warehouse>(...oslo, '--capacity', 'none')
  deepEqual([open!.name, open!.capacity], ['Oslo', null])
  const threshold = async (...pairs: string[]): Promise<Warehouse['reorderThresholds']> => {
    const flags = pairs.flatMap((pair) => ['--product-threshold', pair])
    return (await holdfastJson<Warehouse>(...oslo, ...flags))[0]!.reorderThresholds
  }
  deepEqual(await threshold('MUG=5', 'LID=0'), { LID: 0, MUG: 5 })
  deepEqual(await threshold('MUG=none', 'HAT=none'), { LID: 0 })
})
