// One of several processes of a shop on one database; its parameters are JSON:
//   node --conditions=source shop-child.ts '{"url": …, "schema": …, "folder": …, "seed": 1, "callers": 48, "calls": 100}'
// Every caller records in a journal each command before sending it, and its answer, and how long the answer took by the
// machine's clock, which all processes share.
import { setTimeout as pause } from 'node:timers/promises'
import { join } from 'node:path'
import {
  AlsoFailedError,
  InventoryError,
  openInventory,
  OperationalError,
  type Inventory,
} from 'holdfast'
import { postgres } from 'holdfast/postgres'
import { dice, type Dice } from 'holdfast/testing'
import { JournalWriter } from '../../crash/support/journal.ts'
import { Caller, WAREHOUSES } from '../../crash/support/traffic.ts'
import { HOLD, LAMPS, orderRow, PurchasesWriter } from './bought.ts'
import type { Orders } from './shops.ts'
import { BRICKS, TimesWriter } from './witness.ts'

/** This failure refuses its own command, and no other. */
const DIVIDES = { text: 'SELECT 1 / 0', values: [] }

const orders = JSON.parse(process.argv[2]!) as Orders & { readonly seed: number }
const { url, schema, folder, seed, callers, calls } = orders
const journal = new JournalWriter(join(folder, `journal-${seed}`))
const times = new TimesWriter(join(folder, `times-${seed}`))
const purchases = new PurchasesWriter(join(folder, `purchases-${seed}`))
const inventory = await openInventory({
  store: postgres({ connectionString: url, schema }),
  warehouses: WAREHOUSES,
  sweepMs: 100,
})
const ending = new AbortController()
process.stdin.once('end', () => ending.abort()).resume()
await supplyLamps(inventory)
process.stdout.write('open\n')
await Promise.all(Array.from({ length: callers }, (_, index) => shopping(inventory, index)))
await inventory.close()
// With dead wires, connections of the pool would wait for a reply to their termination.
process.exit()

async function shopping(shop: Inventory, index: number): Promise<void> {
  const draw = dice(seed * 1000 + index)
  const caller = new Caller(draw, `${seed}-${index}`)
  for (let call = 0; call < calls || !ending.signal.aborted; call++) {
    try {
      const kind = draw.below(100)
      if (kind < 10) await look(shop, draw.pick(WAREHOUSES).id)
      else if (kind < 28) await supply(shop, `${seed}-${index}-${call}`)
      else if (kind < 42) await buy(shop, `${seed}-${index}-${call}`, draw)
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

/** Without a key: only the engine itself prevents that it is done twice, or not at all. */
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

/** More than all callers buy. Each process opens while faults already happen. */
async function supplyLamps(shop: Inventory): Promise<void> {
  const supplied = { ...LAMPS, qty: 1_000_000, source: `${seed}`, idempotencyKey: `lamps ${seed}` }
  for (;;) {
    try {
      await shop.addStock(supplied)
      return
    } catch (error) {
      if (!(error instanceof OperationalError)) throw error
    }
  }
}

/** Without a key too, and with a row of the shop's own; sometimes with a failing statement. */
async function buy(shop: Inventory, order: string, draw: Dice): Promise<void> {
  const isBad = draw.below(200) === 0
  const row = orderRow(schema, order)
  purchases.tries(order)
  const began = process.hrtime.bigint()
  try {
    const command = { ...HOLD, metadata: { order } }
    const { id, seq } = await shop.reserve(command, { also: isBad ? [row, DIVIDES] : [row] })
    times.told(began, { seq, key: `order ${order}` })
    purchases.bought(order, id)
  } catch (error) {
    if (error instanceof AlsoFailedError) {
      const { sqlState } = error.details
      purchases.failed(order, isBad && sqlState === '22012' ? 'refused' : `ALSO_FAILED ${sqlState}`)
    } else if (error instanceof OperationalError) {
      purchases.failed(order, error.code)
      throw error
    } else throw error
  }
}

async function look(shop: Inventory, warehouseId: string): Promise<void> {
  const began = process.hrtime.bigint()
  const { seq, ...level } = await shop.stock({ warehouseId, productId: 'SOCK' })
  times.told(began, { seq, level })
}
