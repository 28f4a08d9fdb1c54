import { deepEqual, equal } from 'node:assert/strict'
import { openInventory, type Store } from 'holdfast'
import { checkInvariants, manualClock } from 'holdfast/testing'
import { fillShelves, orderLife, WAREHOUSES } from '../../../../examples/order-life/order-life.ts'

/** Counts of a level: available, held, allocated. Nothing is set aside at the end of a step. */
type Counts = readonly [number, number, number]

/** What each step of the day must leave, written by hand: the new entries of the trail, and the changed counts. */
const DAY: readonly { readonly trail: string; readonly counts: Record<string, Counts> }[] = [
  {
    trail: 'RESERVED 3, RESERVED 3, RESERVED 1, RESERVED 2, RESERVED 4',
    counts: {
      'BERLIN MUG': [7, 3, 0],
      'BERLIN LID': [7, 3, 0],
      'PARIS POT': [4, 1, 0],
      'PARIS TEA': [6, 2, 0],
      'OSLO SPOON': [6, 4, 0],
    },
  },
  { trail: 'RETURNED 3, RESERVED 4', counts: { 'BERLIN MUG': [6, 4, 0] } },
  {
    trail:
      'RESERVED 1, OWNER_CHANGED 4, OWNER_CHANGED 3, OWNER_CHANGED 1, OWNER_CHANGED 2, ' +
      'OWNER_CHANGED 4, RETURNED 1, RETURNED 1, RESERVED 2',
    counts: { 'PARIS POT': [3, 2, 0] },
  },
  {
    trail:
      'EXTENDED 4, EXTENDED 3, EXTENDED 2, EXTENDED 2, EXTENDED 4, ' +
      'SOLD 4, SOLD 3, SOLD 2, SOLD 2, SOLD 4',
    counts: {
      'BERLIN MUG': [6, 0, 4],
      'BERLIN LID': [7, 0, 3],
      'PARIS POT': [3, 0, 2],
      'PARIS TEA': [6, 0, 2],
      'OSLO SPOON': [6, 0, 4],
    },
  },
  {
    trail: 'RESERVED 2, RETURNED 2, RESERVED 2, SOLD 2',
    counts: { 'PARIS TEA': [4, 0, 4] },
  },
  { trail: 'SHIPPED 3, SHIPPED 1', counts: { 'BERLIN MUG': [6, 0, 0] } },
  { trail: 'CANCELLED 1, SHIPPED 2', counts: { 'BERLIN LID': [8, 0, 0] } },
  { trail: 'CAME_BACK 1, WRITTEN_OFF 1', counts: {} },
  // There were eight lids, seven were counted, and one was sold since: six.
  { trail: 'RESERVED 1, SOLD 1, SHIPPED 1, COUNTED -1', counts: { 'BERLIN LID': [6, 0, 0] } },
  {
    trail:
      'WAREHOUSE_CHANGED 0, CANCELLED 4, TRANSFERRED_OUT 10, TRANSFERRED_IN 10, RESERVED 4, ' +
      'SOLD 4, WAREHOUSE_CHANGED 0, CANCELLED 2, RESERVED 2, SOLD 2',
    counts: {
      'BERLIN SPOON': [6, 0, 4],
      'BERLIN TEA': [3, 0, 2],
      'PARIS TEA': [6, 0, 2],
    },
  },
]
const FIRST: Record<string, Counts> = {
  'BERLIN MUG': [10, 0, 0],
  'BERLIN LID': [10, 0, 0],
  'BERLIN TEA': [5, 0, 0],
  'PARIS POT': [5, 0, 0],
  'PARIS TEA': [8, 0, 0],
  'OSLO SPOON': [10, 0, 0],
}

/** Runs the day on a store, and compares what each step leaves. */
export async function checkDay(store: Store): Promise<void> {
  const clock = manualClock(1_700_000_000_000)
  const inventory = await openInventory({
    store,
    warehouses: WAREHOUSES,
    ...{ clock: clock.now, monotonicClock: clock.monotonic, uptimeClock: clock.uptime },
    sweepMs: 0,
  })
  try {
    await fillShelves(inventory)
    let { seq: after } = await inventory.head()
    const expected = new Map(Object.entries(FIRST))
    const steps = orderLife(inventory, (ms) => clock.advance(ms))
    equal(steps.length, DAY.length)
    for (const [index, { title, run }] of steps.entries()) {
      await run()
      const lines: string[] = []
      for await (const { seq, type, qty } of inventory.audit({ after })) {
        lines.push(`${type} ${qty}`)
        after = seq
      }
      equal(lines.join(', '), DAY[index]!.trail, title)
      for (const [place, counts] of Object.entries(DAY[index]!.counts)) expected.set(place, counts)
      if (index === DAY.length - 1) expected.delete('OSLO SPOON')
      deepEqual(await levelsOf(inventory), expected, title)
      const verdict = await inventory.verify()
      equal(verdict.ok, true, title)
    }
    await checkInvariants(inventory)
  } finally {
    await inventory.close()
  }
}

async function levelsOf(
  inventory: Awaited<ReturnType<typeof openInventory>>,
): Promise<Map<string, Counts>> {
  const found = (await inventory.listStock()).items.map((level) => {
    equal(level.unsellable, 0)
    const counts: Counts = [level.available, level.held, level.allocated]
    return [`${level.warehouseId} ${level.productId}`, counts] as const
  })
  return new Map(found.sort(([a], [b]) => (a < b ? -1 : 1)))
}
