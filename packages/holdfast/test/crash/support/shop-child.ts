// A shop that stays open until it is killed:
//   node --conditions=source shop-child.ts FILE JOURNAL SEED [CALLERS] [CALLS] [die]
// Every caller records each command in the journal before sending it, and the answer before sending more. With CALLS
// each caller stops after that many, and the shop closes when all have. With `die` it kills itself when the first has,
// in the middle of the others' work.
import { setTimeout as pause } from 'node:timers/promises'
import {
  InventoryError,
  openInventory,
  OperationalError,
  type BatchResult,
  type Command,
  type Inventory,
} from '../../../src/index.ts'
import { sqlite } from '../../../src/store/sqlite/index.ts'
import { dice } from '../../../src/testing/dice.ts'
import { JournalWriter } from './journal.ts'
import { Caller, WAREHOUSES, type Keyed } from './traffic.ts'

const [path = '', journalPath = '', seed = '1', callers = '48', calls = 'Infinity', end = 'close'] =
  process.argv.slice(2)
const journal = new JournalWriter(journalPath)
const inventory = await openInventory({ store: sqlite(path), warehouses: WAREHOUSES, sweepMs: 40 })
process.stdout.write('open\n')

const closing = new AbortController()
const work = Array.from({ length: Number(callers) }, (_, index) => shopping(inventory, index))
const remembering = remember(inventory, closing.signal)
await Promise.all(work)
closing.abort()
await remembering
await inventory.close()

async function shopping(shop: Inventory, index: number): Promise<void> {
  const caller = new Caller(dice(Number(seed) * 1000 + index), `${seed}-${index}`)
  for (let call = 0; call < Number(calls); call++) {
    const commands = caller.next()
    for (const command of commands) journal.tries(command)
    try {
      if (commands.length === 1) await one(shop, caller, commands[0]!)
      else await several(shop, caller, commands)
    } catch (error) {
      if (!(error instanceof OperationalError)) throw error
      for (const { idempotencyKey } of commands) journal.failed(idempotencyKey, error.code)
      await pause(5)
    }
  }
  if (end === 'die') process.kill(process.pid, 'SIGKILL')
}

async function one(shop: Inventory, caller: Caller, command: Keyed): Promise<void> {
  try {
    const answer = await shop.execute(command)
    journal.answered(command.idempotencyKey, answer)
    caller.told(answer)
  } catch (error) {
    if (!(error instanceof InventoryError)) throw error
    journal.refused(command.idempotencyKey, error)
  }
}

async function several(shop: Inventory, caller: Caller, commands: readonly Keyed[]): Promise<void> {
  const { answers } = (await shop.batch({ commands })) as BatchResult<Command[]>
  commands.forEach(({ idempotencyKey }, index) => {
    const { ok, replayed: _, ...answer } = answers[index]!
    if (ok) journal.answered(idempotencyKey, answer)
    else journal.refused(idempotencyKey, answer as InventoryError)
    if (ok) caller.told(answer)
  })
}

/** Sometimes records a position of the trail elsewhere, as an auditor would. */
async function remember(shop: Inventory, until: AbortSignal): Promise<void> {
  while (!until.aborted) {
    const head = await shop.head().catch(() => null)
    if (head !== null) journal.remember(head)
    await pause(15)
  }
}
