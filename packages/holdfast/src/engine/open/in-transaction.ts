import type { LevelId } from '../../model/level-counts.ts'
import { InvalidInputError } from '../../model/errors.ts'
import type * as c from '../../model/commands/commands.ts'
import { commandMethods } from '../../model/commands/methods.ts'
import { checkObject, checkOptions, invalid } from '../../model/limits.ts'
import { OperationalError } from '../../model/operational-error.ts'
import type { Head, Joined, OpenStore, WarehouseRow } from '../../store/store.ts'
import type { TransactionClient } from '../../store/transaction-client.ts'
import { readDocument } from '../write/documents.ts'
import { Intake } from '../write/intake.ts'
import type * as api from '../inventory.ts'
import { Committer, type CommitterOptions } from '../write/committer.ts'
import { TIMEOUT_MS, type InventoryOptions } from './options.ts'
import { booksAsOf } from '../read/past.ts'
import { Reads } from '../read/reads.ts'
import { HEARD_MS, type Time } from '../clock/time.ts'
import type { Works } from './works.ts'

const IDLE_MS = 2000
const MOST_IDLE_MS = 10_000
/** Records of each kind to keep in memory: a transaction does not touch many. */
const CACHE_RECORDS = 1000
/** Equals no real head, so everything is read again once the head is locked. */
const NOWHERE: Head = { seq: 0, hash: '', at: 0, commit: -1, levelKeys: 0 }

export interface InTransactionParts {
  readonly open: OpenStore
  readonly committer: Committer | null
  readonly committerOptions: Omit<CommitterOptions, 'writer'>
  readonly known: () => Head
  readonly options: InventoryOptions
  readonly works: Works
}

/** Runs `work` with an inventory that works inside the caller's transaction. */
export async function inTransaction<T>(
  parts: InTransactionParts,
  client: TransactionClient,
  work: (own: api.OwnInventory) => T | Promise<T>,
  options: api.InTransactionOptions = {},
): Promise<T> {
  const idleMs = checkedIdle(options)
  const committer = writable(parts.committer)
  if (parts.open.join === undefined) {
    const needs =
      'inTransaction needs a PostgreSQL store, where the shop has transactions of its own'
    throw new InvalidInputError(needs, { field: 'client' })
  }
  checkObject(client, 'client')
  if (typeof client.query !== 'function') throw invalid('client', 'must be a client of pg')
  if (typeof work !== 'function') throw invalid('work', 'must be a function')
  const { works } = parts
  const running = works.begin()
  try {
    const outlived = running.over.promise
    const joined = await parts.open.join(client, { idleMs, known: parts.known(), outlived })
    const own = new Own(parts, committer, joined)
    let result: T
    try {
      result = await works.run(running, async () => work(own))
    } catch (error) {
      await own.end()
      throw error
    }
    const fault = await own.end()
    // Even if `work` ignored it: a COMMIT would become a ROLLBACK.
    if (fault !== null) throw fault
    return result
  } finally {
    works.end(running)
  }
}

const KNOWN: ReadonlySet<string> = new Set<keyof api.InTransactionOptions>(['idleMs'])

/** @throws InvalidInputError */
function checkedIdle(options: api.InTransactionOptions): number {
  checkOptions(options, KNOWN)
  const { idleMs = IDLE_MS } = options
  if (Number.isInteger(idleMs) && idleMs >= 1 && idleMs <= MOST_IDLE_MS) return idleMs
  throw invalid('idleMs', `must be a whole number of milliseconds from 1 to ${MOST_IDLE_MS}`)
}

/** @throws OperationalError STORE_READ_ONLY */
function writable(committer: Committer | null): Committer {
  if (committer === null)
    throw new OperationalError('STORE_READ_ONLY', 'the inventory was opened for reading only')
  if (committer.readOnly !== null) throw committer.readOnly
  return committer
}

/** The inventory passed to `work`. It has its own committer and cache, which are dropped with it. */
class Own extends commandMethods<api.CallOptions>() implements api.OwnInventory {
  readonly #joined: Joined
  readonly #intake: Intake
  readonly #reads: Reads
  #hasEnded = false

  constructor(parts: InTransactionParts, main: Committer, joined: Joined) {
    super()
    const { committerOptions, options } = parts
    const { reader, writer } = joined
    this.#joined = joined
    const committer = new Committer(
      {
        ...committerOptions,
        writer,
        cacheRecords: Math.min(committerOptions.cacheRecords, CACHE_RECORDS),
        // Nothing is committed before the caller's COMMIT, which may never come.
        onCommit: () => undefined,
      },
      NOWHERE,
      guessed(main),
    )
    const now = async (): Promise<number> => {
      await hear(committerOptions.time, reader.clock)
      return Math.max(committer.state.head.at, committerOptions.time.now())
    }
    this.#reads = new Reads(reader, now)
    this.#intake = new Intake(committer, options.timeoutMs ?? TIMEOUT_MS, async (place, asOf) =>
      booksAsOf(reader, place, asOf, await now()),
    )
  }

  protected override async perform(
    verb: c.SingleVerb,
    command: object,
    options?: api.CallOptions,
  ): Promise<unknown> {
    return this.#intakeFor(options).execute(command, options, verb)
  }
  async atomically<const Commands extends readonly c.ListedCommand[]>(
    command: c.Atomically<Commands>,
    options?: api.CallOptions,
  ): Promise<c.AtomicAnswer<Commands>> {
    const answer = this.#intakeFor(options).execute(command, options, 'atomically')
    return answer as Promise<c.AtomicAnswer<Commands>>
  }
  async execute<const C extends c.Command>(
    command: C,
    options?: api.CallOptions,
  ): Promise<c.AnswerTo<C>> {
    return this.#intakeFor(options).execute(command, options) as Promise<c.AnswerTo<C>>
  }
  async batch<const Commands extends readonly c.Command[]>(
    command: c.Batch<Commands>,
    options?: api.CallOptions,
  ): Promise<api.BatchResult<Commands>> {
    const answer = this.#intakeFor(options).batch(command, options)
    return answer as Promise<api.BatchResult<Commands>>
  }

  async stock(place: LevelId): Promise<api.StockAnswer> {
    return this.#openReads.stock(place)
  }
  async listStock(filter?: api.StockFilter): ReturnType<Reads['listStock']> {
    return this.#openReads.listStock(filter)
  }
  async getReservation(query: { reservationId: string }): Promise<api.ReservationAnswer> {
    return this.#openReads.getReservation(query)
  }
  async listReservations(filter?: api.ReservationFilter): ReturnType<Reads['listReservations']> {
    return this.#openReads.listReservations(filter)
  }
  async getTransfer(query: { transferId: string }): Promise<api.TransferAnswer> {
    return this.#openReads.getTransfer(query)
  }
  async listTransfers(filter?: api.TransferFilter): ReturnType<Reads['listTransfers']> {
    return this.#openReads.listTransfers(filter)
  }
  async document(name: string): Promise<string | null> {
    void this.#openReads
    return readDocument(this.#joined.reader, name)
  }

  /** Accepts nothing more, waits for what was given, and resolves with what broke the transaction, or null. */
  async end(): Promise<Error | null> {
    this.#hasEnded = true
    await this.#intake.close()
    return this.#joined.leave()
  }

  get #openReads(): Reads {
    this.#mustGoOn()
    return this.#reads
  }

  /** @throws InvalidInputError, OperationalError STORE_CLOSED */
  #intakeFor(options: api.CallOptions | undefined): Intake {
    this.#mustGoOn()
    if (options?.also !== undefined)
      throw invalid('also', 'is not allowed within inTransaction: run the statement on its client')
    return this.#intake
  }

  #mustGoOn(): void {
    if (this.#hasEnded)
      throw new OperationalError('STORE_CLOSED', 'the inTransaction that this belongs to has ended')
  }
}

/** Uses the transaction's own client: the pool may have no other left. */
async function hear(time: Time, ask: (() => Promise<number>) | null): Promise<void> {
  if (ask === null || time.isFresh(HEARD_MS)) return
  const askedAt = time.monotonic()
  time.hear(await ask(), askedAt)
}

/** The known warehouses, to estimate the size of commands. They are read again before anything is decided. */
function guessed(main: Committer): WarehouseRow[] {
  return [...main.state.warehouses.values()].map((record) => ({ record, onHand: 0 }))
}
