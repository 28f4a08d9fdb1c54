import type { Carried } from '../../store.ts'
import { AFTER, sendAll, SentStatements } from './carried-statements.ts'
import { quoted, type Database } from '../connect/database.ts'
import type { PgResult } from '../connect/pool.ts'
import type { Session } from '../connect/session.ts'
import { TimeBudget } from './time-budget.ts'
import { Trial } from './trial.ts'

/** What statements of the shop's own may take. */
export interface CarryLimits {
  /** Who they are run as; null: as the store's own role. */
  readonly role: string | null
  /** How long one waits for a lock, in milliseconds. */
  readonly lockMs: number
  /** How long one takes, in milliseconds. */
  readonly statementMs: number
}

/** All of a commit's together may take this many times what one may take. */
const TOGETHER = 2
/** Once one has waited for a lock in vain, the others of its commit wait so long, in milliseconds. */
const SHORT_LOCK_MS = 1

/** Which process of the server's runs a transaction, and since when: behind a pooler the driver knows another one. */
const WHO = 'SELECT pg_backend_pid(), extract(epoch FROM transaction_timestamp())::text'
/** Ends the statement that runs there, unless that transaction is over: the next one may be anybody's. */
const CANCEL = `SELECT pg_cancel_backend(pid) FROM pg_stat_activity
  WHERE pid = $1 AND extract(epoch FROM xact_start)::text = $2`

/** What a pool's next user must not find. Settings of a program's own pool may be that program's. */
const CLEAR = 'SELECT pg_advisory_unlock_all(); DISCARD TEMP'
const CLEAR_ALL = `RESET ALL; ${CLEAR}`

/** Runs statements of the shop's own in a commit's transaction: with the commit, after our own, or tried before it. */
export class Carrier {
  readonly #database: Database
  readonly #limits: CarryLimits

  constructor(database: Database, limits: CarryLimits) {
    this.#database = database
    this.#limits = limits
  }

  /**
   * Sends all statements in one go, after `before`, which is on its way. `answers` end with the checks;
   * what one of them ends the transaction with, `blame` tells.
   */
  send(session: Session, carried: readonly Carried[], before: Promise<unknown>): SentStatements {
    this.#clearLater(session)
    const begun = session.script(`${this.#begin(this.#limits.lockMs)}; ${WHO}`)
    const statements = sendAll(session, carried)
    const checks = session.script(AFTER)
    const budget = this.#budget(session, begun)
    before.then(budget.start, () => undefined)
    checks.then(budget.stop, budget.stop)
    return new SentStatements({ begun, statements, checks, carried, budget })
  }

  /** Statements that are tried before the commit, while the head is locked. */
  trial(session: Session): Trial {
    this.#clearLater(session)
    const who = session.script(WHO)
    who.catch(() => undefined)
    const { lockMs } = this.#limits
    return new Trial(session, {
      budget: this.#budget(session, who),
      begin: (isShort) => this.#begin(isShort ? Math.min(lockMs, SHORT_LOCK_MS) : lockMs),
    })
  }

  #begin(lockMs: number): string {
    const { role, statementMs } = this.#limits
    // The planner's settings as the role has them: those of a batch are for statements of the store's own.
    return `SET LOCAL enable_hashjoin TO DEFAULT; SET LOCAL enable_mergejoin TO DEFAULT;
      SET LOCAL enable_seqscan TO DEFAULT; SET LOCAL jit TO DEFAULT;
      SET LOCAL client_min_messages = error;
      SET LOCAL lock_timeout = ${lockMs}; SET LOCAL statement_timeout = ${statementMs}
      ${role === null ? '' : `; SET LOCAL ROLE ${quoted(role)}`}`
  }

  #clearLater(session: Session): void {
    session.resetBy(this.#database.isOwn ? CLEAR_ALL : CLEAR)
  }

  #budget(session: Session, begun: Promise<readonly PgResult[]>): TimeBudget {
    return new TimeBudget(this.#limits.statementMs * TOGETHER, () => {
      // The connection is not used again: it may hear of it late.
      session.spoil()
      this.#cut(begun).catch(() => undefined)
    })
  }

  /** Ends the statement that runs now. If that cannot be done, each of them ends by its own time limit. */
  async #cut(begun: Promise<readonly PgResult[]>): Promise<void> {
    const who = (await begun).at(-1)!.rows[0]!
    await this.#database.using((other) => other.rows(CANCEL, [...who]))
  }
}
