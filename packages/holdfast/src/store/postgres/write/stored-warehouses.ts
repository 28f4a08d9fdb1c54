import type { WarehouseRecord } from '../../../model/warehouse-record.ts'
import type { WarehouseRow } from '../../store.ts'
import type { Session } from '../connect/session.ts'
import { writeWarehouse, type Positions } from '../tables/warehouses.ts'

/** Warehouses as the database has them: a commit writes only what is new about them. */
export class StoredWarehouses {
  readonly #records = new Map<string, WarehouseRecord>()
  readonly #positions = new Map<string, number>()

  get positions(): Positions {
    return this.#positions
  }

  /** What was read. */
  are(rows: readonly WarehouseRow[], positions: Positions): void {
    this.#records.clear()
    this.#positions.clear()
    for (const { record } of rows) this.#records.set(record.id, record)
    for (const [id, position] of positions) this.#positions.set(id, position)
  }

  has(record: WarehouseRecord): boolean {
    return this.#records.get(record.id) === record
  }

  /** Writes a record that is new or changed; which it is until it is known to be durable. */
  async store(session: Session, record: WarehouseRecord): Promise<void> {
    if (this.has(record)) return
    this.#records.delete(record.id)
    this.#positions.set(record.id, await writeWarehouse(session, record))
  }

  isDurable(record: WarehouseRecord): void {
    this.#records.set(record.id, record)
  }
}
