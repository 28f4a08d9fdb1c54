import { CarriedFailed, StoreFailure, type CarriedFault } from '../failure.ts'
import type { Carried, TrialFault } from '../store.ts'
import { quoted, type Database } from './database.ts'
import { isConnectionLost, isStatementLost, messageOf, stateOf } from './faults.ts'
import type { PgResult } from './pool.ts'
import type { Session } from './session.ts'
import { endTurn, IS_OURS, LIMITS, PLANNER, ROLE } from './turn.ts'

/** What statements of the shop's own may take. */
export interface CarryLimits {
  /** Who they are run as; null: as the store's own role. */
  readonly role: string | null
  /** How long one waits for a lock, in milliseconds. */
  readonly lockMs: number
  /** How long one takes, in milliseconds. */
  readonly statementMs: number
}

/** All of a commit's together, in so many times what one may take. */
const TOGETHER = 2
/** Once one has waited for a lock in vain, the others of its turn wait so long, in milliseconds. */
const SHORT_LOCK_MS = 1

/**
 * As the store's own statements need it, whatever was set. Nothing that is acknowledged is less durable for what a
 * statement or a trigger did; and what the server warns of from now on is about the commit.
 */
const OURS = `SELECT ${ROLE}; SELECT ${PLANNER}, ${LIMITS}, ${IS_OURS};
  SET LOCAL client_min_messages = warning`
const AFTER = `SET CONSTRAINTS ALL IMMEDIATE; ${OURS}`

/** Settings that change what our own statements mean: they are set back, because tried statements run before ours. */
const MEANING = `unnest(ARRAY['client_encoding', 'search_path', 'session_replication_role', 'row_security',
  'standard_conforming_strings', 'transform_null_equals']) name`
const WAS = `current_setting('holdfast_turn.' || name)`

const KEEP_MEANING = `SELECT set_config('holdfast_turn.' || name, current_setting(name), true) FROM ${MEANING}`
const SET_BACK = `${OURS}; SELECT set_config(name, ${WAS}, true) FROM ${MEANING} WHERE current_setting(name) <> ${WAS}`

/** Savepoints: of a part, and of the look at constraints that are deferred to the end. */
const SAVE = 'SAVEPOINT holdfast_carried'
const UNDO = 'ROLLBACK TO SAVEPOINT holdfast_carried'
const RELEASE = 'RELEASE SAVEPOINT holdfast_carried'
const KEEP = `SAVEPOINT holdfast_look; SET CONSTRAINTS ALL IMMEDIATE;
  ROLLBACK TO SAVEPOINT holdfast_look; RELEASE SAVEPOINT holdfast_look; ${RELEASE}; ${SAVE}`

/** Which process of the server's runs a transaction, and since when: behind a pooler the driver knows another one. */
const WHO = 'SELECT pg_backend_pid(), extract(epoch FROM transaction_timestamp())::text'
/** Ends the statement that runs there, unless that transaction is over: the next one may be anybody's. */
const CANCEL = `SELECT pg_cancel_backend(pid) FROM pg_stat_activity
  WHERE pid = $1 AND extract(epoch FROM xact_start)::text = $2`

/** What a pool's next user must not find. Settings of a program's own pool may be that program's. */
const CLEAR = 'SELECT pg_advisory_unlock_all(); DISCARD TEMP'
const CLEAR_ALL = `RESET ALL; ${CLEAR}`

/** Runs statements of the shop's own in a turn: with its commit, behind our own, or tried before it. */
export class Carrier {
  readonly #database: Database
  readonly #limits: CarryLimits

  constructor(database: Database, limits: CarryLimits) {
    this.#database = database
    this.#limits = limits
  }

  /**
   * Sends all statements in one go, behind `before`, which is on its way. `answers` end with the checks;
   * what one of them ends the transaction with, `blame` tells.
   */
  send(session: Session, carried: readonly Carried[], before: Promise<unknown>): Sent {
    this.#clearLater(session)
    const begun = session.script(`${this.#begin(this.#limits.lockMs)}; ${WHO}`)
    const statements = sendAll(session, carried)
    const checks = session.script(AFTER)
    const watch = this.#watch(session, begun)
    before.then(watch.start, () => undefined)
    checks.then(watch.stop, watch.stop)
    return new Sent({ begun, statements, checks, carried, watch })
  }

  /** Statements that are tried before the commit, in a turn that is taken. */
  trial(session: Session): Trial {
    this.#clearLater(session)
    const who = session.script(WHO)
    who.catch(() => undefined)
    const { lockMs } = this.#limits
    return new Trial(session, {
      watch: this.#watch(session, who),
      begin: (isShort) => this.#begin(isShort ? Math.min(lockMs, SHORT_LOCK_MS) : lockMs),
    })
  }

  #begin(lockMs: number): string {
    const { role, statementMs } = this.#limits
    // The planner's settings as the role has them: those of a turn are for statements of the store's own.
    return `SET LOCAL enable_hashjoin TO DEFAULT; SET LOCAL enable_mergejoin TO DEFAULT;
      SET LOCAL enable_seqscan TO DEFAULT; SET LOCAL jit TO DEFAULT;
      SET LOCAL client_min_messages = error;
      SET LOCAL lock_timeout = ${lockMs}; SET LOCAL statement_timeout = ${statementMs}
      ${role === null ? '' : `; SET LOCAL ROLE ${quoted(role)}`}`
  }

  #clearLater(session: Session): void {
    session.resetBy(this.#database.isOwn ? CLEAR_ALL : CLEAR)
  }

  #watch(session: Session, begun: Promise<readonly PgResult[]>): Watch {
    return new Watch(this.#limits.statementMs * TOGETHER, () => {
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

interface TrialParts {
  readonly watch: Watch
  /** What is sent before statements; whether they may wait for a lock for a short time only. */
  readonly begin: (isShort: boolean) => string
}

/**
 * Statements of one turn, some commands at a time; those that fail are as though they had not been. From the first ones
 * on the transaction is as they need it, until it is set back.
 */
export class Trial {
  readonly #session: Session
  readonly #parts: TrialParts
  #isShort = false
  /** Whether settings are as the shop's statements need them, and a savepoint is set. */
  #isTheirs = false

  constructor(session: Session, parts: TrialParts) {
    this.#session = session
    this.#parts = parts
  }

  /**
   * Runs the statements of some commands, and keeps them if all of them go well; else answers the fault, and none is kept.
   * Without time left none is run.
   * @throws StoreFailure that names whose statement it was, where the connection was lost
   */
  async run(carried: readonly Carried[]): Promise<TrialFault | null> {
    const { watch, begin } = this.#parts
    const session = this.#session
    if (watch.isOver) return { ...NO_TIME, place: carried[0]!.place }
    watch.start()
    const opened = this.#isTheirs
      ? []
      : [
          anybodys(
            session.script(
              `${KEEP_MEANING}; ${SAVE}; ${begin(this.#isShort)}; ${RELEASE}; ${SAVE}`,
            ),
          ),
        ]
    this.#isTheirs = true
    const sent = [...opened, ...sendAll(session, carried), anybodys(session.script(KEEP))]
    const reasons = await Promise.all(sent.map(async ({ answer }) => reasonOf(answer)))
    const failed = reasons.findIndex((reason) => reason !== null)
    if (failed < 0) return null
    const { place, statement } = sent[failed]!
    const reason = reasons[failed]
    if (stateOf(reason) === '' || isStatementLost(reason)) throw suspected(reason, place, reason)
    const fault = faultOf(statement, reason)
    if (fault.tookTooLong) this.#isShort = true
    const isOpen = opened.length === 0 || failed > 0
    if (!isOpen) this.#isTheirs = false
    try {
      await session.script(isOpen ? this.#undo(fault) : `${UNDO}; ${RELEASE}`)
    } catch {
      // The connection was lost, whatever the statement's own error says.
      throw suspected(reason, place, reason)
    }
    return { ...fault, place, isOver: watch.isOver }
  }

  #undo({ tookTooLong }: Pick<CarriedFault, 'tookTooLong'>): string {
    if (!tookTooLong) return UNDO
    return `${UNDO}; ${RELEASE}; ${this.#parts.begin(true)}; ${SAVE}`
  }

  /** Sets the transaction back to what our own statements need. @throws CarriedFailed */
  async back(): Promise<void> {
    if (!this.#isTheirs) return
    this.#isTheirs = false
    try {
      await this.#session.script(`${RELEASE}; ${SET_BACK}`)
    } catch (error) {
      throw stateOf(error) === '' ? error : new CarriedFailed([], error)
    }
  }

  /** Sends the checks, behind what was kept and the commit's own. */
  finish(): Sent {
    this.stop()
    const checks = this.#session.script(AFTER)
    const begun = Promise.resolve()
    return new Sent({ begun, statements: [], checks, carried: [], watch: this.#parts.watch })
  }

  stop(): void {
    this.#parts.watch.stop()
  }
}

const NO_TIME = {
  ...{ statement: null, sqlState: '57014', tookTooLong: true, isOver: true },
  cause: new Error('no time was left for it in this commit'),
}

function anybodys(answer: Promise<unknown>) {
  return { place: null, statement: null, answer }
}

function sendAll(session: Session, carried: readonly Carried[]): SentStatement[] {
  return carried.flatMap(({ place, statements }) =>
    statements.map((own, statement) => ({ place, statement, answer: session.runShops(own) })),
  )
}

/** Ends a turn behind `own`, and behind what was carried. @throws as `endTurn`; CarriedFailed */
export async function endCarrying(
  session: Session,
  sent: Sent,
  own: readonly Promise<unknown>[],
): Promise<void> {
  try {
    await endTurn(session, [...own, ...sent.answers])
  } catch (error) {
    throw await sent.blame(error)
  }
}

interface SentStatement {
  readonly place: number
  readonly statement: number
  readonly answer: Promise<unknown>
}

interface SentParts {
  readonly begun: Promise<unknown>
  readonly statements: readonly SentStatement[]
  readonly checks: Promise<unknown>
  readonly carried: readonly Carried[]
  readonly watch: Watch
}

/** What is on its way. */
export class Sent {
  /** In order; the last ones are the checks. */
  readonly answers: readonly Promise<unknown>[]
  readonly #parts: SentParts

  constructor(parts: SentParts) {
    const { begun, statements, checks } = parts
    this.answers = [begun, ...statements.map(({ answer }) => answer), checks]
    this.#parts = parts
  }

  /** What the transaction ended with, where it was one of these. */
  async blame(error: unknown): Promise<unknown> {
    const { begun, statements, checks } = this.#parts
    const begin = await reasonOf(begun)
    // Sent behind a failed one of the store's own they fail, too: then it was that one. Else the role that they are
    // run as is not there any more, or may not be taken.
    if (begin !== null) return begin === error ? new CarriedFailed([], begin) : error
    for (const { place, statement, answer } of statements) {
      const reason = await reasonOf(answer)
      if (reason === null) continue
      const isKnown = stateOf(reason) !== ''
      if (error instanceof StoreFailure)
        return isKnown && !isConnectionLost(reason) ? error : suspected(error, place, reason)
      // The end was heard: the connection is there, and the statement's own error may say what it likes.
      if (!isKnown || isStatementLost(reason)) return suspected(error, place, reason)
      const fault = { place, ...faultOf(statement, reason) }
      return new CarriedFailed(this.#isSure(fault) ? [fault] : [], reason)
    }
    return (await reasonOf(checks)) === error ? new CarriedFailed([], error) : error
  }

  /** Another one may fail because of those before it, which may be refused themselves; but it does not wait for them. */
  #isSure({ place, tookTooLong }: CarriedFault): boolean {
    const { carried, watch } = this.#parts
    return !watch.isOver && (tookTooLong || place === carried[0]!.place)
  }
}

/** Time for all statements of a commit together. */
class Watch {
  readonly #ms: number
  readonly #cut: () => void
  #timer: NodeJS.Timeout | null = null
  #isStopped = false
  /** Whether there is no time left: what ran then was ended. */
  isOver = false

  constructor(ms: number, cut: () => void) {
    this.#ms = ms
    this.#cut = cut
  }

  readonly start = (): void => {
    if (this.#isStopped || this.#timer !== null) return
    this.#timer = setTimeout(() => {
      this.isOver = true
      this.#cut()
    }, this.#ms)
  }

  readonly stop = (): void => {
    this.#isStopped = true
    if (this.#timer !== null) clearTimeout(this.#timer)
  }
}

async function reasonOf(answer: Promise<unknown>): Promise<unknown> {
  return answer.then(
    () => null,
    (error: unknown) => error,
  )
}

function faultOf(statement: number | null, reason: unknown): Omit<CarriedFault, 'place'> {
  const sqlState = stateOf(reason)
  const tookTooLong = sqlState === '55P03' || sqlState === '57014'
  return { statement, sqlState, cause: reason as Error, tookTooLong }
}

/** The connection was lost while this command's statement ran, which failed for that reason. */
function suspected(error: unknown, place: number | null, reason: unknown): StoreFailure {
  const known = error instanceof StoreFailure ? error : null
  const failure = new StoreFailure(messageOf(error), {
    outcome: known?.outcome ?? 'not-committed',
    retriable: true,
    cause: known?.cause ?? error,
  })
  failure.suspect = place
  failure.sqlState = stateOf(reason) || stateOf(failure.cause) || null
  return failure
}
