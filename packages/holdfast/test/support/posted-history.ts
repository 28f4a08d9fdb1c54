import { openInventory, rebuild, type AuditEntry } from '../../src/index.ts'
import { sqlite } from '../../src/store/sqlite/index.ts'
import { RUN_COMMITS } from '../../src/postings/run.ts'

/** So many runs are whole; behind them a few commits wait for the next one. */
const RUNS = 2

/** A file with postings of every kind in every run. */
export async function makePostedHistory(path: string): Promise<void> {
  const store = sqlite({ path, worker: false })
  {
    await using shop = await openInventory({
      store,
      warehouses: ['SF', 'NYC'].map((id) => ({ id, name: id })),
      sweepMs: 0,
    })
    const sock = { warehouseId: 'SF', productId: 'SOCK' }
    const move = { fromWarehouseId: 'SF', toWarehouseId: 'NYC', productId: 'SOCK', qty: 1 }
    await shop.addStock({ ...sock, qty: 100_000, source: 'FACTORY' })
    for (let n = 0; (await shop.head()).commit < RUNS * RUN_COMMITS + 20; n++) {
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
  }
  await rebuild(store)
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
