import { AdjustmentType } from '../../model/adjustment-type.ts'
import type { AuditEntry } from '../../model/audit-entry.ts'
import type { WarehouseRecord } from '../../model/warehouse-record.ts'
import type { Reader } from '../../store/store.ts'

/** How long warehouses that were read count as current, in milliseconds. */
const CURRENT_MS = 1000

/**
 * Warehouses as they are now, where other processes change them too. While entries come, they are read once a second,
 * and again when an entry says that one was changed.
 */
export class CurrentWarehouses {
  readonly #reader: Reader
  #records: ReadonlyMap<string, WarehouseRecord> = new Map()
  #readAt = -Infinity
  /** No entry up to this one has changed what was read. */
  #through = -1

  constructor(reader: Reader) {
    this.#reader = reader
  }

  /** The warehouse of an entry. Must be called for every entry, in order. @throws StoreFailure */
  readonly of = async (entry: AuditEntry): Promise<WarehouseRecord | undefined> => {
    const { seq, type, warehouseId } = entry
    if (seq === this.#through + 1 && type !== AdjustmentType.WAREHOUSE_CHANGED) this.#through = seq
    const isOld = performance.now() - this.#readAt >= CURRENT_MS
    if (isOld || seq > this.#through) await this.#read()
    return this.#records.get(warehouseId)
  }

  async #read(): Promise<void> {
    const readAt = performance.now()
    const { rows, seq } = await this.#reader.warehouses()
    this.#records = new Map(rows.map(({ record }) => [record.id, record]))
    this.#through = seq
    this.#readAt = readAt
  }
}
