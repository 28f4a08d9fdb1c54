import { isLowStock, shortageOf } from './alert.ts'
import type { AuditEntry } from './audit-entry.ts'
import type { AuditTrail } from './audit-log.ts'
import type { Command, Reserve, SingleCommand } from './commands.ts'
import type { Result, SingleResult } from './decide.ts'
import { checkId, shownId } from './id.ts'
import { invalid } from './limits.ts'
import { ManagerBooks, type BooksOptions } from './manager-books.ts'
import { noWarehouse } from './not-found.ts'
import { asOf, type Reservation } from './reservation.ts'
import type { Transfer } from './transfer.ts'
import { Warehouse } from './warehouse.ts'
import { thresholdOf, warehouseRecord, type WarehouseOptions } from './warehouse-record.ts'

export interface ManagerOptions extends BooksOptions {
  /** Told what a listener threw; the command that it heard of stands all the same. */
  readonly onListenerError: (error: unknown) => void
}

/** A cart's hold lives so long where a call does not say. */
const DEFAULT_TTL_MS = 15 * 60_000

/**
 * The specification's manager: synchronous, in memory, single-threaded. It is the same code that
 * the durable engine runs inside a batch; here its books hold everything.
 */
export class InventoryManager {
  readonly auditLog: AuditTrail
  readonly warehouses: ReadonlyMap<string, Warehouse>
  readonly #warehouses = new Map<string, Warehouse>()
  readonly #books: ManagerBooks
  readonly #options: ManagerOptions

  constructor(options: ManagerOptions) {
    this.#options = { ...options }
    this.#books = new ManagerBooks(this.#options)
    this.#books.execute = (command) => this.execute(command)
    this.auditLog = this.#books.auditLog
    this.warehouses = this.#warehouses
  }

  /**
   * @throws InvalidInputError, InvalidQtyError
   * @example
   * const sf = manager.addWarehouse({ id: 'SF', name: 'San Francisco', reorderThreshold: 5 })
   */
  addWarehouse(options: WarehouseOptions): Warehouse {
    const record = warehouseRecord(options)
    if (this.#warehouses.has(record.id))
      throw invalid('id', `${shownId(record.id)} is a warehouse already`)
    this.#books.keepWarehouse(record)
    const warehouse = new Warehouse(
      this.#books,
      () => this.#books.warehouse(record.id),
      () => this.#books.listen(),
    )
    this.#warehouses.set(record.id, warehouse)
    return warehouse
  }

  /** @throws InvalidInputError, WarehouseNotFoundError */
  getWarehouse(id: string): Warehouse {
    checkId(id, 'warehouseId')
    const warehouse = this.#warehouses.get(id)
    if (warehouse === undefined) throw noWarehouse(id)
    return warehouse
  }

  /**
   * @throws InventoryError
   * @example
   * const hold = manager.reserve('SF', 'MUG', 3, 60_000)
   */
  reserve(
    warehouseId: string,
    productId: string,
    qty: number,
    expiryMs: number,
    owner?: string,
  ): Reservation {
    const command: Reserve & { verb: 'reserve' } = {
      verb: 'reserve',
      warehouseId,
      productId,
      qty,
      ttlMs: expiryMs,
      owner,
    }
    return this.execute(command) as Reservation
  }

  /** @throws InventoryError */
  confirm(reservationId: string, qty?: number): Reservation {
    return this.execute({ verb: 'confirm', reservationId, qty }) as Reservation
  }

  /** @throws InventoryError */
  release(reservationId: string): Reservation {
    return this.execute({ verb: 'release', reservationId }) as Reservation
  }

  /** @throws InventoryError */
  extend(reservationId: string, ttlMs: number): Reservation {
    return this.execute({ verb: 'extend', reservationId, ttlMs }) as Reservation
  }

  /** @throws InventoryError */
  ship(reservationId: string): Reservation {
    return this.execute({ verb: 'ship', reservationId }) as Reservation
  }

  /** @throws InventoryError */
  cancel(reservationId: string): Reservation {
    return this.execute({ verb: 'cancel', reservationId }) as Reservation
  }

  /** @throws InventoryError */
  transfer(
    fromWarehouseId: string,
    toWarehouseId: string,
    productId: string,
    qty: number,
    requiresApproval?: boolean,
  ): Transfer {
    return this.execute({
      verb: 'transfer',
      fromWarehouseId,
      toWarehouseId,
      productId,
      qty,
      requiresApproval,
    }) as Transfer
  }

  /** @throws InventoryError */
  approveTransfer(transferId: string): Transfer {
    return this.execute({ verb: 'approveTransfer', transferId }) as Transfer
  }

  /** @throws InventoryError */
  rejectTransfer(transferId: string, reason?: string): Transfer {
    return this.execute({ verb: 'rejectTransfer', transferId, reason }) as Transfer
  }

  /**
   * Holds for 15 minutes where `ttlMs` is left out.
   * @throws InventoryError
   * @example
   * const legs = manager.fulfillAcrossWarehouses('MUG', 8, [nyc, sf], 60_000)
   */
  fulfillAcrossWarehouses(
    productId: string,
    qty: number,
    warehouseOrder?: readonly (Warehouse | string)[],
    ttlMs: number = DEFAULT_TTL_MS,
    strategy?: string,
  ): Reservation[] {
    const order = warehouseOrder?.map((warehouse) =>
      typeof warehouse === 'string' ? warehouse : warehouse.id,
    )
    const result = this.execute({
      verb: 'fulfillAcrossWarehouses',
      productId,
      qty,
      ttlMs,
      warehouseOrder: order,
      strategy,
    })
    return (result as { reservations: Reservation[] }).reservations
  }

  /**
   * All of the commands or none.
   * @throws InventoryError naming the first that does not fit by `details.index`
   * @example
   * const hold = { verb: 'reserve', warehouseId: 'SF', qty: 1, ttlMs: 60_000 } as const
   * manager.atomically([{ ...hold, productId: 'MUG' }, { ...hold, productId: 'LID' }])
   */
  atomically(commands: readonly SingleCommand[]): SingleResult[] {
    return (this.execute({ verb: 'atomically', commands }) as { answers: SingleResult[] }).answers
  }

  getReservation(reservationId: string): Reservation | null {
    this.#books.tick()
    const found = this.#books.reservation(reservationId)
    return found === null ? null : asOf(found, this.#books.now)
  }

  getTransfer(transferId: string): Transfer | null {
    return this.#books.transfer(transferId)
  }

  /**
   * Any command, as data. Its `idempotencyKey` has no effect here: there is no place to keep it.
   * @throws InventoryError
   * @example
   * manager.execute({ verb: 'release', reservationId: hold.id })
   */
  execute(command: Command): Result {
    const result = this.#books.run(command)
    this.#alert(this.#books.takeNews())
    return result
  }

  /** Only this command's entries: a listener's own commands alert for themselves. */
  #alert(news: readonly AuditEntry[]): void {
    for (const entry of news) {
      const warehouse = this.#warehouses.get(entry.warehouseId)
      if (warehouse === undefined || warehouse.listeners.length === 0) continue
      const { warehouseId, productId, available, seq } = entry
      const threshold = thresholdOf(this.#books.warehouse(warehouseId), productId)
      const isLow = isLowStock(entry, threshold)
      const shortage = shortageOf(entry, threshold)
      if (!isLow && shortage === null) continue
      for (const listener of warehouse.listeners.slice()) {
        if (isLow) this.#tell(() => listener.onLowStock(warehouseId, productId, available, seq))
        if (shortage !== null) this.#tell(() => listener.onShortage?.(shortage))
      }
    }
  }

  #tell(tell: () => void): void {
    try {
      tell()
    } catch (error) {
      this.#options.onListenerError(error)
    }
  }
}
