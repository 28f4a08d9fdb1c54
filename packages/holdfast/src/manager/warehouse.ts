import { checkListener, type StockAlertListener } from '../rules/alert.ts'
import { checkId } from '../model/id.ts'
import type { LevelCounts } from '../model/level-counts.ts'
import type { Ledger } from './ledger.ts'
import { StockLevel } from './stock-level.ts'
import type { WarehouseRecord } from '../model/warehouse-record.ts'

/** One warehouse of the in-memory manager: its stock and its listeners. */
export class Warehouse {
  readonly #ledger: Ledger
  readonly #record: () => WarehouseRecord
  readonly #listeners: StockAlertListener[] = []
  readonly #onListener: () => void
  readonly #stock = new Map<string, StockLevel>()

  constructor(ledger: Ledger, record: () => WarehouseRecord, onListener: () => void) {
    this.#onListener = onListener
    this.#ledger = ledger
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
  /** The most units on hand; null for no limit. */
  get capacity(): number | null {
    return this.#record().capacity
  }
  get reorderThreshold(): number {
    return this.#record().reorderThreshold
  }

  /** A live view of the existing levels, by product. */
  get stock(): ReadonlyMap<string, StockLevel> {
    for (const [productId, level] of this.#ledger.state.levelsIn(this.id)) {
      if (!this.#stock.has(productId))
        this.#stock.set(productId, new StockLevel({ ledger: this.#ledger, level }))
    }
    return this.#stock
  }

  /** @throws InventoryError */
  addStock(productId: string, qty: number, source: string): LevelCounts {
    const command = { verb: 'addStock', warehouseId: this.id, productId, qty, source } as const
    return this.#ledger.execute(command) as LevelCounts
  }

  /** @throws InventoryError */
  removeStock(productId: string, qty: number, reason: string): LevelCounts {
    const command = { verb: 'removeStock', warehouseId: this.id, productId, qty, reason } as const
    return this.#ledger.execute(command) as LevelCounts
  }

  /** @throws InventoryError */
  countStock(productId: string, onHand: number, reason?: string): LevelCounts {
    const command = { verb: 'countStock', warehouseId: this.id, productId, onHand, reason } as const
    return this.#ledger.execute(command) as LevelCounts
  }

  /** Available units, including those of expired holds. @throws InvalidInputError */
  getAvailable(productId: string): number {
    checkId(productId, 'productId')
    const level = this.#ledger.state.findLevel(this.id, productId)
    return level === null ? 0 : new StockLevel({ ledger: this.#ledger, level }).available
  }

  /**
   * Listeners are called in order, after the whole command is done.
   * @example
   * sf.registerAlertListener({ onLowStock: (warehouseId, productId, available) => console.log(productId, available) })
   * @throws InvalidInputError
   */
  registerAlertListener(listener: StockAlertListener): void {
    checkListener(listener)
    this.#listeners.push(listener)
    this.#onListener()
  }
}
