import type { StockAlertListener } from './alert.ts'
import { checkId } from './id.ts'
import type { ManagedLevel } from './managed-level.ts'
import type { ManagerBooks } from './manager-books.ts'
import type { LevelCounts } from './stock-level.ts'
import type { WarehouseRecord } from './warehouse-record.ts'

/** One location of the in-memory manager: the way to its stock and to its listeners. */
export class Warehouse {
  readonly #books: ManagerBooks
  readonly #record: () => WarehouseRecord
  readonly #listeners: StockAlertListener[] = []
  readonly #onListener: () => void

  constructor(books: ManagerBooks, record: () => WarehouseRecord, onListener: () => void) {
    this.#onListener = onListener
    this.#books = books
    this.#record = record
  }

  get id(): string {
    return this.#record().id
  }
  get name(): string {
    return this.#record().name
  }
  get listeners(): readonly StockAlertListener[] {
    return this.#listeners
  }
  /** Units on hand that it may be filled to; null where unlimited. */
  get capacity(): number | null {
    return this.#record().capacity
  }
  get reorderThreshold(): number {
    return this.#record().reorderThreshold
  }

  /** The levels by product: live, to look at. */
  get stock(): ReadonlyMap<string, ManagedLevel> {
    return this.#books.stock(this.id)
  }

  /** @throws InventoryError */
  addStock(productId: string, qty: number, source: string): LevelCounts {
    const command = { verb: 'addStock', warehouseId: this.id, productId, qty, source } as const
    return this.#books.execute(command) as LevelCounts
  }

  /** @throws InventoryError */
  removeStock(productId: string, qty: number, reason: string): LevelCounts {
    const command = { verb: 'removeStock', warehouseId: this.id, productId, qty, reason } as const
    return this.#books.execute(command) as LevelCounts
  }

  /** @throws InventoryError */
  countStock(productId: string, onHand: number, reason?: string): LevelCounts {
    const command = { verb: 'countStock', warehouseId: this.id, productId, onHand, reason } as const
    return this.#books.execute(command) as LevelCounts
  }

  /** Units that can be promised now; those of expired holds among them. @throws InvalidInputError */
  getAvailable(productId: string): number {
    checkId(productId, 'productId')
    return this.stock.get(productId)?.available ?? 0
  }

  /**
   * Listeners are called in order, after the command is done as a whole.
   * @example
   * sf.registerAlertListener({ onLowStock: (warehouseId, productId, available) => console.log(productId, available) })
   */
  registerAlertListener(listener: StockAlertListener): void {
    this.#listeners.push(listener)
    this.#onListener()
  }
}
