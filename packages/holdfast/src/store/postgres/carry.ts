import { CarriedFailed, StoreFailure, type CarriedFault } from '../failure.ts'
import type { Carried } from '../store.ts'
import { quoted, type Database } from './database.ts'
import { isConnectionLost, messageOf, stateOf } from './faults.ts'
import type { Session } from './session.ts'
import { endTurn, IS_OURS } from './turn.ts'

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
/** Once one has waited for a lock in vain, the others of its commit wait so long, in milliseconds. */
const SHORT_LOCK_MS = 1
/** So many commands share a savepoint. One for each costs 0.6 to 0.8 of the throughput. */
const GROUP = 8
/** So many commands are tried in one go: behind one that fails, all of them are sent again. */
const WINDOW = 64

/** Savepoints, of one command or a few, and of the look at constraints that are deferred to the end. */
const SAVE = 'SAVEPOINT holdfast_carried'
const UNDO = 'ROLLBACK TO SAVEPOINT holdfast_carried'
const KEEP = 'RELEASE SAVEPOINT holdfast_carried'
const LOOK = `SAVEPOINT holdfast_look; SET CONSTRAINTS ALL IMMEDIATE;
  ROLLBACK TO SAVEPOINT holdfast_look; RELEASE SAVEPOINT holdfast_look`

/** At the end of all: nothing that was acknowledged is less durable for what a statement or a trigger did. */
const AFTER = `SET CONSTRAINTS ALL IMMEDIATE; RESET ROLE; SELECT ${IS_OURS}`

/** What a pool's next user must not find. Settings of a program's own pool may be that program's. */
const CLEAR = 'SELECT pg_advisory_unlock_all(); DISCARD TEMP'
const CLEAR_ALL = `RESET ALL; ${CLEAR}`

/** Runs what commits carry, behind all that is the store's own. */
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
    const answers = [session.script(this.#begin)]
    const sent = carried.flatMap(({ place, statements }) =>
      statements.map((statement, index) => {
        const answer = session.runShops(statement)
        return { place, statement: index, answer }
      }),
    )
    const checks = session.script(AFTER)
    const watch = this.#watch(session)
    before.then(watch.start, () => undefined)
    checks.then(watch.stop, watch.stop)
    return new Sent(answers[0]!, sent, checks, carried, watch)
  }

  /**
   * Tries each command's statements for themselves, behind `before`, which is on its way: those that fail are told, and the
   * transaction is as though they had not been. What is left must not be committed then: without them the commands will
   * make other values.
   * @throws what the driver throws, where the connection was lost: a StoreFailure that names whose statement it was
   */
  async tryEach(
    session: Session,
    carried: readonly Carried[],
    before: Promise<unknown>,
  ): Promise<CarriedFailed | null> {
    this.#clearLater(session)
    const faults: CarriedFault[] = []
    const notReached: number[] = []
    const watch = this.#watch(session)
    const begun = session.script(`${this.#begin}; ${SAVE}`)
    begun.catch(() => undefined)
    before.then(watch.start, () => undefined)
    let left = carried
    let size = GROUP
    try {
      while (left.length > 0) {
        const sent = this.#sendGroups(session, left.slice(0, WINDOW), size)
        await before
        await begun
        const fault = await sent.fault()
        if (fault === null) {
          left = left.slice(WINDOW)
          continue
        }
        const { place, done } = fault
        left = left.slice(done)
        await session.script(
          `${UNDO}${fault.tookTooLong ? `; ${KEEP}; SET LOCAL lock_timeout = ${SHORT_LOCK_MS}; ${SAVE}` : ''}`,
        )
        // By one that is known, or by all of a group together: then each for itself.
        if (place === null && size > 1) {
          size = 1
          continue
        }
        const culprit = place ?? left[0]!.place
        // One that had all of the time has itself to blame.
        if (watch.isOver && culprit !== carried[0]!.place) notReached.push(culprit)
        else faults.push({ ...fault, place: culprit })
        left = left.filter((one) => one.place !== culprit)
        if (watch.isOver) {
          notReached.push(...left.map((one) => one.place))
          break
        }
      }
      const isWell = faults.length + notReached.length === 0
      return isWell ? null : new CarriedFailed(faults, notReached)
    } finally {
      watch.stop()
    }
  }

  /** Sends the checks, behind all that was tried and went well. */
  finish(session: Session, carried: readonly Carried[]): Sent {
    return new Sent(Promise.resolve(), [], session.script(AFTER), carried, this.#watch(session))
  }

  /** All in one go: behind one that fails PostgreSQL does nothing before it is undone. */
  #sendGroups(session: Session, carried: readonly Carried[], size: number): SentGroups {
    const answers: GroupAnswer[] = []
    for (let from = 0; from < carried.length; from += size) {
      for (const { place, statements } of carried.slice(from, from + size))
        for (const [statement, own] of statements.entries())
          answers.push({ place, statement, done: from, answer: session.runShops(own) })
      const looked = session.script(`${LOOK}; ${KEEP}; ${SAVE}`)
      answers.push({ place: null, statement: null, done: from, answer: looked })
    }
    return new SentGroups(answers)
  }

  get #begin(): string {
    const { role, lockMs, statementMs } = this.#limits
    // The planner's settings as the role has them: those of a turn are for statements of the store's own.
    return `SET LOCAL enable_hashjoin TO DEFAULT; SET LOCAL enable_mergejoin TO DEFAULT;
      SET LOCAL enable_seqscan TO DEFAULT; SET LOCAL jit TO DEFAULT;
      SET LOCAL lock_timeout = ${lockMs}; SET LOCAL statement_timeout = ${statementMs}
      ${role === null ? '' : `; SET LOCAL ROLE ${quoted(role)}`}`
  }

  #clearLater(session: Session): void {
    session.resetBy(this.#database.isOwn ? CLEAR_ALL : CLEAR)
  }

  #watch(session: Session): Watch {
    return new Watch(this.#limits.statementMs * TOGETHER, () => this.#cut(session))
  }

  /** Ends the statement that runs now. The connection is not used again: it may hear of it late. */
  #cut(session: Session): void {
    const { pid } = session
    if (pid === null) return
    session.spoil()
    const cancel = this.#database.using((other) =>
      other.rows('SELECT pg_cancel_backend($1)', [pid]),
    )
    // Then each of them ends by its own time limit.
    cancel.catch(() => undefined)
  }
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

/** What is on its way. */
export class Sent {
  /** In order; the last ones are the checks. */
  readonly answers: readonly Promise<unknown>[]
  readonly #begin: Promise<unknown>
  readonly #statements: readonly SentStatement[]
  readonly #checks: Promise<unknown>
  readonly #carried: readonly Carried[]
  readonly #watch: Watch

  constructor(
    begin: Promise<unknown>,
    statements: readonly SentStatement[],
    checks: Promise<unknown>,
    carried: readonly Carried[],
    watch: Watch,
  ) {
    this.answers = [begin, ...statements.map(({ answer }) => answer), checks]
    this.#begin = begin
    this.#statements = statements
    this.#checks = checks
    this.#carried = carried
    this.#watch = watch
  }

  /** What the transaction ended with, where it was one of these. */
  async blame(error: unknown): Promise<unknown> {
    const begin = await reasonOf(this.#begin)
    // Sent behind a failed one of the store's own they fail, too: then it was that one.
    if (begin !== null && begin !== error) return error
    if (begin !== null) {
      // The role that they are run as is not there any more, or may not be taken.
      const faults = this.#carried.map(({ place }) => ({ place, ...faultOf(null, begin) }))
      return new CarriedFailed(faults, [], begin)
    }
    for (const { place, statement, answer } of this.#statements) {
      const reason = await reasonOf(answer)
      if (reason === null) continue
      if (isConnectionLost(reason) || stateOf(reason) === '') return suspected(error, place, reason)
      if (error instanceof StoreFailure) return error
      if (this.#watch.isOver) return new CarriedFailed([], [], reason)
      return new CarriedFailed([{ place, ...faultOf(statement, reason) }], [], reason)
    }
    const reason = await reasonOf(this.#checks)
    return reason === error ? new CarriedFailed([], [], reason) : error
  }
}

interface GroupAnswer {
  /** Null for what is asked of a group as a whole. */
  readonly place: number | null
  readonly statement: number | null
  /** How many commands had gone well before its group. */
  readonly done: number
  readonly answer: Promise<unknown>
}

type GroupFault = Omit<CarriedFault, 'place'> & Pick<GroupAnswer, 'place' | 'done'>

/** Groups that are on their way. */
class SentGroups {
  readonly #answers: readonly GroupAnswer[]

  constructor(answers: readonly GroupAnswer[]) {
    this.#answers = answers
    for (const { answer } of answers) answer.catch(() => undefined)
  }

  /** What failed first; null where all went well. @throws StoreFailure where the connection was lost */
  async fault(): Promise<GroupFault | null> {
    let first: { readonly of: GroupAnswer; readonly reason: unknown } | null = null
    for (const of of this.#answers) {
      const reason = await reasonOf(of.answer)
      if (reason !== null) first ??= { of, reason }
    }
    if (first === null) return null
    const { place, statement, done } = first.of
    if (isConnectionLost(first.reason) || stateOf(first.reason) === '')
      throw suspected(first.reason, place, first.reason)
    return { place, done, ...faultOf(statement, first.reason) }
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
    if (this.#isStopped) return
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
