// One of several processes of a shop on one database; its orders come as JSON:
//   node --conditions=source shop-child.ts '{"url": …, "schema": …, "folder": …, "seed": 1, "callers": 48, "calls": 100}'
// Every caller notes in a journal what it asks for before it asks, and what it was told; and how long
// each answer took by the clock of the machine, which all processes share.
import { setTimeout as pause } from 'node:timers/promises'
import { join } from 'node:path'
import { InventoryError, openInventory, OperationalError, type Inventory } from 'holdfast'
import { postgres } from 'holdfast/postgres'
import { dice } from 'holdfast/testing'
import { JournalWriter } from '../crash/journal.ts'
import { Caller, WAREHOUSES } from '../crash/traffic.ts'
import type { Orders } from './shops.ts'
import { BRICKS, TimesWriter } from './witness.ts'

const orders = JSON.parse(process.argv[2]!) as Orders & { readonly seed: number }
const { url, schema, folder, seed, callers, calls } = orders
const journal = new JournalWriter(join(folder, `journal-${seed}`))
const times = new TimesWriter(join(folder, `times-${seed}`))
const inventory = await openInventory({
  store: postgres({ connectionString: url, schema }),
  warehouses: WAREHOUSES,
  sweepMs: 100,
})
process.stdout.write('open\n')
await Promise.all(Array.from({ length: callers }, (_, index) => shopping(inventory, index)))
await inventory.close()
// Where the wires are dead, connections of the pool wait for an answer to their good-bye.
process.exit()

async function shopping(shop: Inventory, index: number): Promise<void> {
  const draw = dice(seed * 1000 + index)
  const caller = new Caller(draw, `${seed}-${index}`)
  for (let call = 0; call < calls; call++) {
    try {
      if (draw.chance(10)) await look(shop, draw.pick(WAREHOUSES).id)
      else if (draw.chance(20)) await supply(shop, `${seed}-${index}-${call}`)
      else await ask(shop, caller)
    } catch (error) {
      if (!(error instanceof OperationalError)) throw error
      await pause(20)
    }
  }
}

async function ask(shop: Inventory, caller: Caller): Promise<void> {
  const command = caller.next()[0]!
  const { idempotencyKey: key } = command
  journal.tries(command)
  const began = process.hrtime.bigint()
  try {
    const answer = await shop.execute(command)
    times.told(began, { key, seq: answer.seq })
    journal.answered(key, answer)
    caller.told(answer)
  } catch (error) {
    if (error instanceof InventoryError) journal.refused(key, error)
    else if (error instanceof OperationalError) journal.failed(key, error.code)
    if (!(error instanceof InventoryError)) throw error
  }
}

/** Without a key: nothing but the engine itself keeps it from being done twice, or not at all. */
async function supply(shop: Inventory, source: string): Promise<void> {
  const began = process.hrtime.bigint()
  times.tries(source)
  try {
    const { seq } = await shop.addStock({ ...BRICKS, qty: 1, source })
    times.told(began, { seq, source })
  } catch (error) {
    if (error instanceof OperationalError) times.failed(source, error.code)
    throw error
  }
}

async function look(shop: Inventory, warehouseId: string): Promise<void> {
  const began = process.hrtime.bigint()
  const { seq, ...level } = await shop.stock({ warehouseId, productId: 'SOCK' })
  times.told(began, { seq, level })
}
