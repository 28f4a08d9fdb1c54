import type { AuditEntry } from './audit-entry.ts'
import { AuditLog, type AuditTrail } from './audit-log.ts'
import { Books, firstClaims } from './books.ts'
import { checkCommand } from './command-fields.ts'
import type { Command } from './commands.ts'
import { decide, type Result } from './decide.ts'
import { assert } from './errors.ts'
import { ManagedLevel } from './managed-level.ts'
import { ownCopy } from './own-copy.ts'
import type { Reservation } from './reservation.ts'
import type { Rules } from './rules.ts'
import type { StockLevel } from './stock-level.ts'

export interface BooksOptions extends Rules {
  /** Milliseconds since the epoch. */
  readonly clock: () => number
  /** Where the trail is written; an `AuditLog` if not given. */
  readonly auditLog?: AuditTrail | undefined
}

/** Books that hold everything: what they do not know does not exist. */
export class ManagerBooks extends Books {
  readonly auditLog: AuditTrail
  /** Runs a command as from outside; the manager's own tells its listeners, too. */
  execute: (command: Command) => Result = (command) => this.run(command)
  readonly #clock: () => number
  /** Their own log, which never throws; null if another one was put in its place. */
  readonly #own: AuditLog | null
  #telling = false
  readonly #reservations = new Map<string, Reservation>()
  readonly #stock = new Map<string, Map<string, ManagedLevel>>()
  /** Entries since they were last taken; null while nobody asks for them. */
  #news: AuditEntry[] | null = null

  constructor(options: BooksOptions) {
    super(options)
    this.#clock = options.clock
    this.#own = options.auditLog === undefined ? new AuditLog(options.clock) : null
    this.auditLog = options.auditLog ?? this.#own!
  }

  /** Checks and decides one command. @throws InventoryError, and what an injected log throws */
  run(given: Command): Result {
    const command: unknown = ownCopy(given)
    checkCommand(command)
    this.tick()
    if (this.#own === null) return this.#onTrial(command)
    assert(this.#own.length === this.seq, 'somebody else has written into the audit log')
    return decide(this, command)
  }

  /** The levels of a warehouse by product: live. */
  stock(warehouseId: string): ReadonlyMap<string, ManagedLevel> {
    let levels = this.#stock.get(warehouseId)
    if (levels === undefined)
      this.#stock.set(warehouseId, (levels = new Map<string, ManagedLevel>()))
    return levels
  }

  /** From now on entries are kept for `takeNews`. */
  listen(): void {
    this.#news ??= []
  }

  /** The entries since the last call. */
  takeNews(): readonly AuditEntry[] {
    const news = this.#news ?? []
    if (news.length > 0) this.#news = []
    return news
  }

  /** Looks at the clock, which never runs backwards here. */
  tick(): void {
    this.now = Math.max(this.now, this.#clock())
  }

  override keepLevel(level: StockLevel): StockLevel {
    const levels = this.stock(level.warehouseId) as Map<string, ManagedLevel>
    levels.set(level.productId, new ManagedLevel({ books: this, level }))
    return super.keepLevel(level)
  }

  override reservation(id: string): Reservation | null {
    return this.#reservations.get(id) ?? null
  }

  override keep(after: Reservation): void {
    this.#reservations.set(after.id, after)
  }

  override claims(level: StockLevel): Reservation[] {
    return firstClaims(this.#reservations.values(), level, this.now)
  }

  protected override record(entry: AuditEntry): void {
    if (this.#own !== null) tell(this.#own, entry)
    this.#news?.push(entry)
  }

  /** Another's log may throw: the command runs on books of its own, which are dropped then. */
  #onTrial(command: Command): Result {
    if (this.#telling)
      throw new TypeError('an audit log cannot run commands while it is told of an entry')
    const trial = new Books(this.rules, this)
    const result = decide(trial, command)
    this.#telling = true
    try {
      for (const entry of trial.entries) tell(this.auditLog, entry)
    } finally {
      this.#telling = false
    }
    trial.merge()
    return result
  }
}

function tell(log: AuditTrail, entry: AuditEntry): void {
  log.append(entry.type, entry.productId, entry.warehouseId, entry.qty, entry.metadata, entry)
}
