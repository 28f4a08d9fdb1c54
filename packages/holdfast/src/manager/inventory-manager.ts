import { isLowStock, shortageOf } from '../rules/alert.ts'
import type { AuditEntry } from '../model/audit-entry.ts'
import type { AuditTrail } from './audit-log.ts'
import type { AnswersOf, Command, ListedCommand } from '../model/commands/commands.ts'
import type { Answer } from '../rules/decide/decide.ts'
import { checkId, shownId } from '../model/id.ts'
import { invalid } from '../model/limits.ts'
import { Ledger, type LedgerOptions } from './ledger.ts'
import { noWarehouse } from '../model/not-found.ts'
import { asOf, type Reservation } from '../model/reservation.ts'
import type { Transfer } from '../model/transfer.ts'
import { Warehouse } from './warehouse.ts'
import { thresholdOf, warehouseRecord, type WarehouseOptions } from '../model/warehouse-record.ts'

export interface ManagerOptions extends LedgerOptions {
  /** Called with what a listener threw, or an async one later. The command that caused the alert is not undone. */
  readonly onListenerError: (error: unknown) => void
}

/** The default time to live of a cart's hold. */
const DEFAULT_TTL_MS = 15 * 60_000

/**
 * The specification's manager: synchronous, in memory, single-threaded. It runs the same code as the durable engine
 * inside a batch, but its state contains everything.
 */
export class InventoryManager {
  readonly auditLog: AuditTrail
  readonly warehouses: ReadonlyMap<string, Warehouse>
  readonly #warehouses = new Map<string, Warehouse>()
  readonly #ledger: Ledger
  /** The warehouses whose closed ones have been removed. */
  #seen: Ledger['state']['warehouses'] | null = null
  readonly #options: ManagerOptions

  constructor(options: ManagerOptions) {
    this.#options = { ...options }
    this.#ledger = new Ledger(this.#options)
    this.#ledger.execute = (command) => this.execute(command)
    this.auditLog = this.#ledger.auditLog
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
    this.#ledger.state.addWarehouse(record)
    const warehouse = new Warehouse(
      this.#ledger,
      () => this.#ledger.state.warehouses.get(record.id)!,
      () => this.#ledger.listen(),
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
    const level = { warehouseId, productId }
    return this.execute({ verb: 'reserve', ...level, qty, ttlMs: expiryMs, owner }) as Reservation
  }

  /** @throws InventoryError */
  confirm(reservationId: string, qty?: number): Reservation {
    return this.execute({ verb: 'confirm', reservationId, qty }) as Reservation
  }

  /** Everything held, or `qty` of it. @throws InventoryError */
  release(reservationId: string, qty?: number): Reservation {
    return this.execute({ verb: 'release', reservationId, qty }) as Reservation
  }

  /** @throws InventoryError */
  extend(reservationId: string, ttlMs: number): Reservation {
    return this.execute({ verb: 'extend', reservationId, ttlMs }) as Reservation
  }

  /** Everything open, or `qty` of it. @throws InventoryError */
  ship(reservationId: string, qty?: number): Reservation {
    return this.execute({ verb: 'ship', reservationId, qty }) as Reservation
  }

  /** Everything open, or `qty` of it. @throws InventoryError */
  cancel(reservationId: string, qty?: number): Reservation {
    return this.execute({ verb: 'cancel', reservationId, qty }) as Reservation
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
   * Default `ttlMs`: 15 minutes.
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
   * Executes all of the commands or none.
   * @throws InventoryError, with the index of the refused command in `details.index`
   * @example
   * const hold = { verb: 'reserve', warehouseId: 'SF', qty: 1, ttlMs: 60_000 } as const
   * manager.atomically([{ ...hold, productId: 'MUG' }, { ...hold, productId: 'LID' }])
   */
  atomically<const Commands extends readonly ListedCommand[]>(
    commands: Commands,
  ): AnswersOf<Commands> {
    return (this.execute({ verb: 'atomically', commands }) as { answers: AnswersOf<Commands> })
      .answers
  }

  getReservation(reservationId: string): Reservation | null {
    const found = this.#ledger.state.findReservation(reservationId)
    return found === null ? null : asOf(found, this.#ledger.now())
  }

  getTransfer(transferId: string): Transfer | null {
    return this.#ledger.state.findTransfer(transferId)
  }

  /**
   * Executes any command given as data, also one without a method here. It does not store the `idempotencyKey`.
   * @throws InventoryError
   * @example
   * manager.execute({ verb: 'release', reservationId: hold.id })
   */
  execute(command: Command): Answer {
    const result = this.#ledger.run(command)
    this.#forgetClosed()
    this.#alert(this.#ledger.takeNews())
    return result
  }

  /** A closed warehouse disappears until it is added again. */
  #forgetClosed(): void {
    const { warehouses } = this.#ledger.state
    if (warehouses === this.#seen) return
    this.#seen = warehouses
    for (const [id, record] of warehouses) if (record.closed) this.#warehouses.delete(id)
  }

  /** Only for this command's entries: a listener's own commands raise their own alerts. */
  #alert(news: readonly AuditEntry[]): void {
    for (const entry of news) {
      const warehouse = this.#warehouses.get(entry.warehouseId)
      if (warehouse === undefined || warehouse.listeners.length === 0) continue
      const { warehouseId, productId, available, seq } = entry
      const threshold = thresholdOf(this.#ledger.state.warehouses.get(warehouseId)!, productId)
      const isLow = isLowStock(entry, threshold)
      const shortage = shortageOf(entry, threshold)
      if (!isLow && shortage === null) continue
      for (const listener of warehouse.listeners.slice()) {
        if (isLow) this.#tell(() => listener.onLowStock(warehouseId, productId, available, seq))
        if (shortage !== null) this.#tell(() => listener.onShortage?.(shortage))
      }
    }
  }

  #tell(tell: () => unknown): void {
    const report = (error: unknown): void => this.#options.onListenerError(error)
    try {
      // What an async listener throws is heard of later.
      const told = tell() as PromiseLike<unknown> | undefined
      told?.then?.(undefined, report)
    } catch (error) {
      report(error)
    }
  }
}
