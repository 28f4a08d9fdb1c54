import type { Store } from '../../store/store.ts'
import { writeAnew } from './write-anew.ts'
import { writeState, type RebuildOptions, type Rebuilt } from './write-state.ts'

/**
 * Rebuilds the state from the log: levels, reservations, transfers, warehouses and their totals. Documents, the answers
 * of idempotency keys and consumers' positions cannot be derived from it and stay as they are; run `verify` afterwards
 * to check them. It is one transaction: if it is interrupted, nothing has changed. No other process may write
 * meanwhile.
 * @throws OperationalError STORE_DAMAGED if the log itself is damaged, STORE_UNAVAILABLE if the disk is full or there
 * is no store (nothing has changed then); STORE_LOCKED
 * @example
 * const { reservations } = await rebuild(sqlite('stock.db'))
 */
export async function rebuild(store: Store, options: RebuildOptions = {}): Promise<Rebuilt> {
  // Read-only first, so that a missing store is not created.
  await (await store.open({ readOnly: true })).close()
  return writeAnew(store, {
    what: 'rebuilt',
    signal: options.signal,
    work: (rebuilding, { reader }) => writeState(reader, rebuilding, options),
  })
}
