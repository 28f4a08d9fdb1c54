import type { AuditEntry } from '../model/audit-entry.ts'
import { EFFECTS } from '../model/adjustment-type.ts'
import { assert, InventoryError } from '../model/errors.ts'
import { invalid, isTime } from '../model/limits.ts'
import { ownCopy } from '../model/own-copy.ts'
import { mustHaveBeen, type Books } from '../rules/as-of.ts'
import type { Rules } from '../rules/policies.ts'
import { checkCommand } from '../model/commands/check.ts'
import type { Command, ListedCommand } from '../model/commands/commands.ts'
import { decide, type Answer } from '../rules/decide/decide.ts'
import { UnitOfWork } from '../rules/unit-of-work.ts'
import { AuditLog, type AuditTrail } from './audit-log.ts'
import { MemoryState } from './memory-state.ts'

export interface LedgerOptions extends Rules {
  /** Milliseconds since the epoch. */
  readonly clock: () => number
  /** Where the trail is written. Default: a new `AuditLog`. */
  readonly auditLog?: AuditTrail | undefined
}

/** Decides commands one after another in memory, as the durable engine does in batches. */
export class Ledger {
  readonly state: MemoryState
  readonly auditLog: AuditTrail
  /** Runs a command given from outside. The manager overrides it to call its listeners too. */
  execute: (command: Command) => Answer = (command) => this.run(command)
  readonly #clock: () => number
  /** Its own log, to check that nobody else writes to it; null if another one is used. */
  readonly #own: AuditLog | null
  #isTelling = false
  /** Entries since the last `takeNews`; null before `listen`. */
  #news: AuditEntry[] | null = null

  constructor(options: LedgerOptions) {
    this.state = new MemoryState(options)
    this.#clock = options.clock
    this.#own = options.auditLog === undefined ? new AuditLog(options.clock) : null
    this.auditLog = options.auditLog ?? this.#own!
  }

  /** Reads the clock, which never runs backwards here. What is no time is not followed. */
  now(): number {
    const now = this.#clock()
    if (isTime(now) && now > this.state.now) this.state.now = now
    return this.state.now
  }

  /** Checks and decides one command. @throws InventoryError, and what a given log throws */
  run(given: Command): Answer {
    const command: unknown = ownCopy(given)
    checkCommand(command)
    this.now()
    if (this.#isTelling)
      throw new TypeError('an audit log cannot run commands while it receives an entry')
    const unit = new UnitOfWork(this.state)
    const answer = decide(unit, this.#lookedUp(command))
    if (answer instanceof InventoryError) throw answer
    this.#tell(unit.entries)
    unit.merge()
    for (const entry of unit.entries) this.#news?.push(entry)
    return answer
  }

  /** Adds the counts at `asOf` to a count. @throws InvalidInputError */
  #lookedUp(command: Command): Command {
    if (command.verb === 'atomically') {
      const commands = command.commands.map((inner, index) => {
        try {
          return { ...inner, ...this.#expected(inner) }
        } catch (error) {
          throw error instanceof InventoryError ? error.at(index) : error
        }
      })
      return { ...command, commands }
    }
    return command.verb === 'countStock' && command.asOf !== undefined
      ? { ...command, ...this.#expected(command) }
      : command
  }

  #expected(command: ListedCommand): Partial<Books> {
    if (command.verb !== 'countStock' || command.asOf === undefined) return {}
    const { asOf, warehouseId, productId } = command
    const isTime = 'time' in asOf
    if (isTime) mustHaveBeen(asOf.time, this.state.now)
    if (!isTime && asOf.seq > this.state.seq)
      throw invalid('asOf.seq', `is later than the newest entry, ${this.state.seq}`)
    // Back from now: initial units have no entry.
    const level = this.state.findLevel(warehouseId, productId)
    let [expected, expectedAside] = [level?.onHand ?? 0, level?.unsellable ?? 0]
    // A log from outside may keep none.
    const isNow = isTime && asOf.time >= this.state.now
    let asOfSeq = isNow ? this.state.seq : (asOf.seq ?? 0)
    for (const entry of this.auditLog.entries) {
      const isLater = isTime ? entry.timestamp > asOf.time : entry.seq > asOf.seq
      if (isTime && !isNow && !isLater) asOfSeq = entry.seq
      if (!isLater || entry.warehouseId !== warehouseId || entry.productId !== productId) continue
      const { available, held, allocated, unsellable } = EFFECTS[entry.type]
      expected -= (available + held + allocated + unsellable) * entry.qty
      expectedAside -= unsellable * entry.qty
    }
    return { asOfSeq, expected, expectedAside }
  }

  /** Keeps entries for `takeNews` from now on. */
  listen(): void {
    this.#news ??= []
  }

  /** The entries since the last call. */
  takeNews(): readonly AuditEntry[] {
    const news = this.#news ?? []
    if (news.length > 0) this.#news = []
    return news
  }

  /** A log from outside may throw: nothing has changed yet. */
  #tell(entries: readonly AuditEntry[]): void {
    const own = this.#own
    assert(
      own === null || own.length === this.state.seq,
      'the audit log has entries that this inventory did not write',
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
