import type { AuditEntry } from '../model/audit-entry.ts'
import { assert } from '../model/errors.ts'
import { ownCopy } from '../model/own-copy.ts'
import type { Rules } from '../rules/policies.ts'
import { checkCommand } from '../model/commands/check.ts'
import type { Command } from '../model/commands/commands.ts'
import { decide, type Answer } from '../rules/decide/decide.ts'
import { UnitOfWork } from '../rules/unit-of-work.ts'
import { AuditLog, type AuditTrail } from './audit-log.ts'
import { MemoryState } from './memory-state.ts'

export interface LedgerOptions extends Rules {
  /** Milliseconds since the epoch. */
  readonly clock: () => number
  /** Where the trail is written. Default: an `AuditLog` of its own. */
  readonly auditLog?: AuditTrail | undefined
}

/** Decides commands one after another in memory: what the durable engine does in batches. */
export class Ledger {
  readonly state: MemoryState
  readonly auditLog: AuditTrail
  /** Runs a command as from outside; the manager's own tells its listeners, too. */
  execute: (command: Command) => Answer = (command) => this.run(command)
  readonly #clock: () => number
  /** Its own log, to see that nobody else writes there; null if another one was put in its place. */
  readonly #own: AuditLog | null
  #isTelling = false
  /** Entries since they were last taken; null while nobody asks for them. */
  #news: AuditEntry[] | null = null

  constructor(options: LedgerOptions) {
    this.state = new MemoryState(options)
    this.#clock = options.clock
    this.#own = options.auditLog === undefined ? new AuditLog(options.clock) : null
    this.auditLog = options.auditLog ?? this.#own!
  }

  /** Looks at the clock, which never runs backwards here. */
  now(): number {
    return (this.state.now = Math.max(this.state.now, this.#clock()))
  }

  /** Checks and decides one command. @throws InventoryError, and what an injected log throws */
  run(given: Command): Answer {
    const command: unknown = ownCopy(given)
    checkCommand(command)
    this.now()
    if (this.#isTelling)
      throw new TypeError('an audit log cannot run commands while it is told of an entry')
    const unit = new UnitOfWork(this.state)
    const answer = decide(unit, command)
    this.#tell(unit.entries)
    unit.merge()
    for (const entry of unit.entries) this.#news?.push(entry)
    return answer
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

  /** A log of somebody else's may throw: nothing has changed by then. */
  #tell(entries: readonly AuditEntry[]): void {
    const own = this.#own
    assert(
      own === null || own.length === this.state.seq,
      'somebody else has written into the audit log',
    )
    this.#isTelling = own === null
    try {
      for (const entry of entries) {
        const { type, productId, warehouseId, qty, metadata } = entry
        this.auditLog.append(type, productId, warehouseId, qty, metadata, entry)
      }
    } finally {
      this.#isTelling = false
    }
  }
}
