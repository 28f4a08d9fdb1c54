import {
  openInventory,
  OperationalError,
  rebuild,
  type AuditEntry,
  type Store,
  type Verdict,
} from '../../src/index.ts'
import { verify } from '../../src/engine/proof/verify.ts'
import { sqlite } from '../../src/store/sqlite/index.ts'
import { SqliteStore } from '../../src/store/sqlite/open.ts'
import { RUN_COMMITS } from '../../src/postings/run.ts'

/** So many runs are whole; behind them a few commits wait for the next one. */
const RUNS = 2

/** The log of a store that has postings of every kind in every run: a commit of its own for each command. */
export async function makeLongHistory(store: Store): Promise<void> {
  await fill(store, RUN_COMMITS, 1)
}

/** Runs of so few commits that a file of them is quickly verified. */
export const SHORT_RUN = 24

export function shortRuns(path: string): Store {
  return new SqliteStore({ path, worker: false }, SHORT_RUN)
}

/** The same with short runs. Of some kinds they have so many postings that keys share lists. */
export async function makeShortRuns(path: string): Promise<void> {
  await fill(shortRuns(path), SHORT_RUN, 65)
  await rebuild(shortRuns(path))
}

/** What `verify` says of a file of short runs; the code of the error if it cannot be opened. */
export async function verdictOfShortRuns(path: string): Promise<Verdict | string> {
  try {
    const open = await shortRuns(path).open({ readOnly: true })
    try {
      return await verify(open.reader, {}, undefined, SHORT_RUN)
    } finally {
      await open.close()
    }
  } catch (error) {
    if (error instanceof OperationalError) return error.code
    throw error
  }
}

/** Commands that are sent together are one commit. */
async function fill(store: Store, runCommits: number, together: number): Promise<void> {
  await using shop = await openInventory({
    store,
    warehouses: ['SF', 'NYC'].map((id) => ({ id, name: id })),
    sweepMs: 0,
  })
  const sock = { warehouseId: 'SF', productId: 'SOCK' }
  const move = { fromWarehouseId: 'SF', toWarehouseId: 'NYC', productId: 'SOCK', qty: 1 }
  const sell = async (n: number): Promise<void> => {
    const told = { group: `order ${n}`, reference: { type: 'order', id: String(n) } }
    const hold = { ...sock, qty: 2, ttlMs: 1e9, owner: `cart-${n}`, ...told }
    const { id: reservationId } = await shop.reserve(hold)
    await shop.changeOwner({ reservationId, owner: 'bob' })
    await shop.confirm({ reservationId })
    await shop.transfer({ ...move, ...told })
    // Few have a list of their own, for all that they have.
    for (const productId of ['HAT', `SCARF-${n}`])
      await shop.addStock({ ...sock, productId, qty: 1, source: 'FACTORY' })
  }
  await shop.addStock({ ...sock, qty: 100_000, source: 'FACTORY' })
  for (let n = 0; (await shop.head()).commit < RUNS * runCommits + 6; n += together)
    await Promise.all(Array.from({ length: together }, async (_, index) => sell(n + index)))
}

/** Answers that are found by postings. */
export async function foundBy(path: string): Promise<unknown[]> {
  const store = sqlite({ path, worker: false })
  await using shop = await openInventory({ store, readOnly: true })
  const group = 'order 7'
  const entries: AuditEntry[] = []
  for await (const entry of shop.audit({ group })) entries.push(entry)
  return [
    entries,
    await shop.listReservations({ owner: 'bob', limit: 500 }),
    await shop.listReservations({ group }),
    await shop.listTransfers({ group }),
  ]
}
