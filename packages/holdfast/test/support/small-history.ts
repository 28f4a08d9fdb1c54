import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { DatabaseSync } from 'node:sqlite'
import {
  openInventory,
  OperationalError,
  type AuditEntry,
  type Inventory,
  type Remembered,
  type Store,
  type Verdict,
} from '../../src/index.ts'
import { sqlite } from '../../src/store/sqlite/index.ts'
import { manualClock } from '../../src/testing/manual-clock.ts'

/** A closed file: everything is in this one. */
export async function makeHistory(path: string): Promise<Remembered> {
  return makeHistoryIn(sqlite({ path, worker: false }))
}

/** An entry of every type and a reservation in every state, in about forty commits. */
export async function makeHistoryIn(store: Store): Promise<Remembered> {
  const clock = manualClock()
  await using shop = await openInventory({
    store,
    warehouses: [
      { id: 'SF', name: 'San Francisco', reorderThreshold: 5, reorderThresholds: { SOCK: 3 } },
      { id: 'NYC', name: 'New York', capacity: 500 },
    ],
    clock: clock.now,
    monotonicClock: clock.monotonic,
    sweepMs: 0,
  })
  const at = { warehouseId: 'SF', productId: 'SOCK' }
  const move = { fromWarehouseId: 'SF', toWarehouseId: 'NYC', productId: 'SOCK', qty: 4 }
  const hold = async (qty: number, ttlMs = 60_000): Promise<string> => {
    clock.advance(10)
    const owner = 'cart-7'
    const { id } = await shop.reserve({ ...at, qty, ttlMs, owner, idempotencyKey: `hold-${qty}` })
    return id
  }
  await shop.addStock({ ...at, qty: 100, source: 'SUPPLIER-ONE', actor: 'ann' })
  await shop.addStock({ ...at, productId: 'HAT', qty: 30, source: 'FACTORY' })
  const consumer = await shop.consume({ name: 'mail' }, () => undefined)
  while (consumer.position < 3) await pause(1)
  await consumer.stop()
  const shipped = await hold(5)
  await shop.confirm({ reservationId: shipped, qty: 3, metadata: { order: '4711', 2: 'two' } })
  await shop.ship({ reservationId: shipped })
  const cancelled = await hold(2)
  await shop.confirm({ reservationId: cancelled })
  await shop.cancel({ reservationId: cancelled })
  await shop.confirm({ reservationId: await hold(6) })
  await shop.release({ reservationId: await hold(7) })
  await hold(8, 5)
  const pending = await hold(9)
  await shop.extend({ reservationId: pending, ttlMs: 120_000 })
  await shop.removeStock({ ...at, qty: 1, reason: 'DAMAGED' })
  await shop.removeStock({ ...at, qty: 1, reason: 'LOST' })
  await shop.transfer(move)
  const asked = await shop.transfer({ ...move, requiresApproval: true, actor: 'bob' })
  const refused = await shop.transfer({ ...move, qty: 3, requiresApproval: true })
  await shop.transfer({ ...move, qty: 2, requiresApproval: true })
  await shop.approveTransfer({ transferId: asked.id, actor: 'ann' })
  await shop.rejectTransfer({ transferId: refused.id, reason: 'no van', actor: 'ann' })
  clock.advance(100)
  await shop.countStock({ ...at, onHand: 90, reason: 'STOCKTAKE' })
  const reserve = { verb: 'reserve', ...at, ttlMs: 1000 } as const
  await shop.atomically({
    commands: [
      { ...reserve, qty: 70 },
      { ...reserve, qty: 1, productId: 'HAT' },
    ],
  })
  await shop.changeWarehouse({ id: 'NYC', name: 'New York City', capacity: 600 })
  const last = { ...at, warehouseId: 'NYC', qty: 11, source: 'SUPPLIER-TWO' }
  await shop.addStock(last, { documents: [{ name: 'import', value: '7' }] })
  await goOn(shop)
  return await shop.head()
}

/** An order in parts, changed and returned; units set aside; a warehouse that is closed. */
async function goOn(shop: Inventory): Promise<void> {
  const sock = { warehouseId: 'SF', productId: 'SOCK' }
  const reference = { type: 'order', id: '4712' }
  const hold = { ...sock, ttlMs: 60_000, owner: 'cart-8' }
  const first = await shop.reserve({ ...hold, qty: 1, reference, group: 'order 4712' })
  const { id: reservationId } = await shop.reserve({ ...hold, qty: 4, replaces: first.id })
  await shop.changeOwner({ reservationId, owner: 'bob' })
  await shop.release({ reservationId, qty: 1 })
  await shop.confirm({ reservationId })
  await shop.ship({ reservationId, qty: 2 })
  await shop.cancel({ reservationId, qty: 1 })
  await shop.returnGoods({ reservationId, qty: 2, reason: 'TOO_SMALL' })
  await shop.changeWarehouse({ id: 'OSLO', name: 'Oslo', sells: false })
  await shop.closeWarehouse({ warehouseId: 'OSLO' })
  await shop.setAside({ ...sock, qty: 2, reason: 'STAINED' })
  await shop.putBack({ ...sock, qty: 1 })
  await shop.writeOff({ ...sock, qty: 1, reason: 'THROWN_AWAY' })
  await shop.addStock({ ...sock, qty: 3, source: 'CUSTOMER', into: 'unsellable' })
  const { onHand } = await shop.stock(sock)
  await shop.countStock({ ...sock, onHand, unsellable: 4, reason: 'STOCKTAKE' })
}

/** A folder in memory if there is one: every case writes its own file. */
export function tamperFolder(): string {
  return mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'holdfast-tamper-'))
}

/** A copy of the file, changed without the inventory. @throws what SQLite refuses */
export function tamperWith(
  original: string,
  copy: string,
  change: (db: DatabaseSync) => void,
): void {
  copyFileSync(original, copy)
  using db = new DatabaseSync(copy, { enableForeignKeyConstraints: false })
  db.exec('PRAGMA ignore_check_constraints = ON; PRAGMA synchronous = OFF')
  withoutTriggers(db, () => change(db))
}

/** Like a forger: removes the triggers that guard the trail, then restores them. */
function withoutTriggers(db: DatabaseSync, work: () => void): void {
  const triggers = db.prepare(`SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'`).all()
  db.exec(`BEGIN; ${triggers.map(({ name }) => `DROP TRIGGER ${String(name)}`).join('; ')}`)
  work()
  db.exec(`${triggers.map(({ sql }) => String(sql)).join('; ')}; COMMIT`)
}

/** The verdict of `verify` on a file; the code of the error if it cannot be opened. */
export async function verdictOf(path: string, expect?: Remembered): Promise<Verdict | string> {
  try {
    await using inventory = await openInventory({
      store: sqlite({ path, worker: false }),
      readOnly: true,
    })
    return await inventory.verify({ expect })
  } catch (error) {
    if (error instanceof OperationalError) return error.code
    throw error
  }
}

export async function entriesOf(path: string): Promise<AuditEntry[]> {
  await using inventory = await openInventory({
    store: sqlite({ path, worker: false }),
    readOnly: true,
  })
  const entries: AuditEntry[] = []
  for await (const entry of inventory.audit()) entries.push(entry)
  return entries
}

/** A digest of the contents of a file that `verify` vouches for: the result of every read. */
export async function contentOf(path: string): Promise<string> {
  const store = sqlite({ path, worker: false })
  await using inventory = await openInventory({ store, readOnly: true, clock: () => 0 })
  const digest = createHash('sha256')
  const add = (answer: unknown): unknown => digest.update(JSON.stringify(answer))
  for await (const entry of inventory.audit()) add(entry)
  const limit = 1000
  for (const list of [
    (cursor: string | undefined) => inventory.listStock({ cursor, limit }),
    (cursor: string | undefined) => inventory.listReservations({ cursor, limit }),
    (cursor: string | undefined) => inventory.listTransfers({ cursor, limit }),
  ]) {
    let cursor: string | undefined
    do {
      const page: { readonly cursor: string | null } = await list(cursor)
      add(page)
      cursor = page.cursor ?? undefined
    } while (cursor !== undefined)
  }
  add([
    await inventory.head(),
    await inventory.listWarehouses(),
    await inventory.listReservations({ productId: 'SOCK', owner: 'cart-7' }),
    await inventory.documents('import'),
    await inventory.explain({ warehouseId: 'SF', productId: 'SOCK' }),
  ])
  return digest.digest('hex')
}

/** Every row of the state, in order, and everything that is not rebuilt. */
export function rowsOf(path: string): Record<string, unknown> {
  using db = new DatabaseSync(path, { readOnly: true })
  const tables = ['level_key', 'level', 'reservation', 'transfer', 'warehouse', 'warehouse_stock']
  const others = ['commits', 'idempotency', 'document', 'position']
  return Object.fromEntries(
    [...tables, ...others].map((table) => [table, db.prepare(`SELECT * FROM ${table}`).all()]),
  )
}
