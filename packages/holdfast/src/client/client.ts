import type { AuditEntry } from '../model/audit-entry.ts'
import type * as c from '../model/commands/commands.ts'
import type { Reservation } from '../model/reservation.ts'
import type { LevelCounts, LevelId } from '../model/level-counts.ts'
import type { Transfer } from '../model/transfer.ts'
import { commandMethods } from '../model/commands/methods.ts'
import type { Common } from '../model/commands/fields/of-every-command.ts'
import { ownFilter } from '../model/commands/filters.ts'
import { ownSignal } from '../model/limits.ts'
import {
  checkChanges,
  warehouseRecord,
  type WarehouseChanges,
  type WarehouseOptions,
} from '../model/warehouse-record.ts'
import type * as api from '../engine/inventory.ts'
import { invalid, mustBeObject, step } from './address.ts'
import { asJson } from './as-json.ts'
import { isVerb } from './command-request.ts'
import { remoteFeed } from './feed.ts'
import { newKey } from './key.ts'
import { SendQueue } from './send-queue.ts'
import type { ClientOptions, RemoteCallOptions } from './options.ts'
import { checkCall, checkProof, ownOptions } from './own-options.ts'
import type { PagedList } from './paged-list.ts'
import { RemoteReads } from './reads.ts'
import type { RemoteInventory } from './remote-inventory.ts'
import { Wire } from './wire.ts'

/**
 * A client of an inventory served elsewhere, with the verbs, answers and errors of the embedded one. Every command
 * carries an idempotency key, so it can be sent again and still takes effect once. Commands given while a request is
 * under way are sent together, in order.
 * @example
 * const inventory = new HoldfastClient({ url: 'http://127.0.0.1:4680' })
 * const hold = await inventory.reserve({ warehouseId: 'SF', productId: 'MUG', qty: 2, ttlMs: 900_000 })
 * await inventory.confirm({ reservationId: hold.id })
 * for await (const level of inventory.listStock()) console.log(level.productId, level.available)
 */
export class HoldfastClient
  extends commandMethods<RemoteCallOptions, 'actor'>()
  implements RemoteInventory
{
  readonly #wire: Wire
  readonly #queue: SendQueue
  readonly #reads: RemoteReads
  readonly #automaticKeys: boolean
  readonly #stop = new AbortController()

  /** @throws InvalidInputError */
  constructor(given: ClientOptions) {
    super()
    const options = ownOptions(given)
    this.#wire = new Wire(options)
    this.#queue = new SendQueue(this.#wire, options.queueLimit ?? 65_536)
    this.#reads = new RemoteReads(this.#wire)
    this.#automaticKeys = options.automaticKeys ?? true
  }

  protected override perform(
    verb: c.SingleVerb,
    command: object,
    options?: RemoteCallOptions,
  ): Promise<unknown> {
    return this.execute({ ...command, verb } as c.Command, options)
  }

  async atomically<const Commands extends readonly c.ListedCommand[]>(
    command: Omit<c.Atomically<Commands>, 'actor'>,
    options?: RemoteCallOptions,
  ): Promise<c.AtomicAnswer<Commands>> {
    const whole = { ...command, verb: 'atomically' } as c.Command
    return (await this.execute(whole, options)) as c.AtomicAnswer<Commands>
  }

  async execute<const C extends c.Command>(
    command: C,
    options: RemoteCallOptions = {},
  ): Promise<c.AnswerTo<C>> {
    this.#reads.mustBeOpen()
    checkCall(options)
    mustBeObject(command, 'command')
    if (!isVerb(command.verb)) throw invalid('verb', 'is not a known verb')
    const { verb, ...fields } = this.#keyed(command as c.Command)
    const onlyOnce = fields.idempotencyKey === undefined
    if (verb === 'atomically') {
      const body = asJson({ ...fields, atomic: true })
      const request = { method: 'POST', path: '/v1/batch', body, onlyOnce } as const
      return (await this.#queue.alone(request, options)) as c.AnswerTo<C>
    }
    return (await this.#queue.command(
      asJson({ verb, ...fields }),
      onlyOnce,
      options,
    )) as c.AnswerTo<C>
  }

  async batch<const Commands extends readonly c.Command[]>(
    command: Omit<c.Batch<Commands>, 'actor'>,
    options: RemoteCallOptions = {},
  ): Promise<api.BatchResult<Commands>> {
    this.#reads.mustBeOpen()
    checkCall(options)
    mustBeObject(command, 'batch')
    const fields = this.#keyed(command)
    const onlyOnce = fields.idempotencyKey === undefined
    const request = { method: 'POST', path: '/v1/batch', body: asJson(fields), onlyOnce } as const
    return (await this.#queue.alone(request, options)) as api.BatchResult<Commands>
  }

  /** Safe to send again: it describes the whole warehouse. */
  async changeWarehouse(warehouse: WarehouseOptions): Promise<api.WarehouseView & c.Answered> {
    this.#reads.mustBeOpen()
    warehouseRecord(warehouse)
    const { id, ...rest } = warehouse
    const path = `/v1/warehouses/${step(id, 'id')}`
    const request = { method: 'PUT', path, body: asJson(rest) } as const
    return (await this.#queue.alone(request)) as api.WarehouseView & c.Answered
  }

  /** Safe to send again: the fields it names get the given values. */
  async patchWarehouse(changes: WarehouseChanges): Promise<api.WarehouseView & c.Answered> {
    this.#reads.mustBeOpen()
    checkChanges(changes)
    const { id, ...rest } = changes
    const path = `/v1/warehouses/${step(id, 'id')}`
    const request = { method: 'PATCH', path, body: asJson(rest) } as const
    return (await this.#queue.alone(request)) as api.WarehouseView & c.Answered
  }

  async stock(place: LevelId): Promise<api.StockAnswer> {
    return await this.#reads.level(place)
  }

  async stockAt(
    query: LevelId & { readonly time: number },
    options?: api.ReadOptions,
  ): Promise<api.PastStockAnswer> {
    return await this.#reads.levelAt(query, ownSignal(options))
  }

  async explain(
    query: LevelId & { limit?: number | undefined },
    options?: api.ReadOptions,
  ): Promise<api.Explanation> {
    return await this.#reads.explanation(query, ownSignal(options))
  }

  async getReservation(query: { reservationId: string }): Promise<api.ReservationAnswer> {
    return await this.#reads.reservation(query)
  }

  async getTransfer(query: { transferId: string }): Promise<api.TransferAnswer> {
    return await this.#reads.transfer(query)
  }

  listStock(filter: api.StockFilter = {}): PagedList<LevelCounts> {
    return this.#reads.list('listStock', filter)
  }

  listReservations(filter: api.ReservationFilter = {}): PagedList<Reservation> {
    return this.#reads.list('listReservations', filter)
  }

  listTransfers(filter: api.TransferFilter = {}): PagedList<Transfer> {
    return this.#reads.list('listTransfers', filter)
  }

  listWarehouses(): PagedList<api.WarehouseView> {
    return this.#reads.list('listWarehouses', {})
  }

  audit(filter: api.AuditFilter = {}): AsyncIterable<AuditEntry> {
    return this.#reads.audit(filter)
  }

  async *feed(filter: api.FeedFilter = {}): AsyncGenerator<AuditEntry> {
    this.#reads.mustBeOpen()
    const { signal, ...where } = ownFilter('feed', filter)
    const own = this.#stop.signal
    yield* remoteFeed(
      this.#wire,
      where,
      signal === undefined ? own : AbortSignal.any([signal, own]),
    )
    if (own.aborted && signal?.aborted !== true) this.#reads.mustBeOpen()
  }

  async head(): Promise<api.Remembered & { readonly at: number; readonly commit: number }> {
    return await this.#reads.get('/v1/head')
  }

  async verify(options: api.VerifyOptions = {}): Promise<api.Verdict> {
    checkProof(options)
    return await this.#reads.verdict(options)
  }

  async close(): Promise<void> {
    const reads = this.#reads.close()
    this.#stop.abort()
    await this.#queue.idle()
    await reads
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #keyed<C extends Common>(command: C): C {
    const hasOne = command.idempotencyKey !== undefined || !this.#automaticKeys
    return hasOne ? command : { ...command, idempotencyKey: newKey() }
  }
}
