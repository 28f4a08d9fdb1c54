import { CarriedFailed, StoreFailure, type CarriedFault } from '../../failure.ts'
import type { Carried } from '../../store.ts'
import { isConnectionLost, isStatementLost, messageOf, stateOf } from '../connect/faults.ts'
import type { Session } from '../connect/session.ts'
import type { TimeBudget } from './time-budget.ts'
import { commitTransaction, IS_OURS, LIMITS, PLANNER, ROLE } from './transaction.ts'

/**
 * As the store's own statements need it, whatever was set. Nothing that is acknowledged is less durable for what a
 * statement or a trigger did; and what the server warns of from now on is about the commit.
 */
export const OURS = `SELECT ${ROLE}; SELECT ${PLANNER}, ${LIMITS}, ${IS_OURS};
  SET LOCAL client_min_messages = warning`
/** Sent after the shop's statements: the checks that are deferred to the end, and the settings for our own. */
export const AFTER = `SET CONSTRAINTS ALL IMMEDIATE; ${OURS}`

export interface SentStatement {
  readonly place: number
  readonly statement: number
  readonly answer: Promise<unknown>
}

interface SentParts {
  readonly begun: Promise<unknown>
  readonly statements: readonly SentStatement[]
  readonly checks: Promise<unknown>
  readonly carried: readonly Carried[]
  readonly budget: TimeBudget
}

/** Statements on their way. */
export class SentStatements {
  /** In order; the last ones are the checks. */
  readonly answers: readonly Promise<unknown>[]
  readonly #parts: SentParts

  constructor(parts: SentParts) {
    const { begun, statements, checks } = parts
    this.answers = [begun, ...statements.map(({ answer }) => answer), checks]
    this.#parts = parts
  }

  /** What the transaction ended with, if it was one of these. */
  async blame(error: unknown): Promise<unknown> {
    const { begun, statements, checks } = this.#parts
    const begin = await reasonOf(begun)
    // Sent after a failed one of the store's own they fail, too: then it was that one. Else the role that they are
    // run as is not there any more, or may not be taken.
    if (begin === error) return new CarriedFailed([], begin)
    if (begin !== null) return lost(error, begin)
    for (const { place, statement, answer } of statements) {
      const reason = await reasonOf(answer)
      if (reason === null) continue
      const isKnown = stateOf(reason) !== ''
      if (error instanceof StoreFailure) return lost(error, reason)
      // The end was heard: the connection is there, and the statement's own error may say what it likes.
      if (!isKnown || isStatementLost(reason)) return lostInCarried(error, reason)
      const fault = { place, ...faultOf(statement, reason) }
      return new CarriedFailed(this.#isSure(fault) ? [fault] : [], reason)
    }
    const check = await reasonOf(checks)
    if (check === error) return new CarriedFailed([], error)
    return check === null ? error : lost(error, check)
  }

  /** Another one may fail because of those before it, which may be refused themselves; but it does not wait for them. */
  #isSure({ place, tookTooLong }: CarriedFault): boolean {
    const { carried, budget } = this.#parts
    return !budget.isOver && (tookTooLong || place === carried[0]!.place)
  }
}

export function sendAll(session: Session, carried: readonly Carried[]): SentStatement[] {
  return carried.flatMap(({ place, statements }) =>
    statements.map((own, statement) => ({ place, statement, answer: session.runShops(own) })),
  )
}

/** Commits after `own`, and after what was carried. @throws as `commitTransaction`; CarriedFailed */
export async function commitCarrying(
  session: Session,
  sent: SentStatements,
  own: readonly Promise<unknown>[],
): Promise<void> {
  try {
    await commitTransaction(session, [...own, ...sent.answers])
  } catch (error) {
    throw await sent.blame(error)
  }
}

export async function reasonOf(answer: Promise<unknown>): Promise<unknown> {
  return answer.then(
    () => null,
    (error: unknown) => error,
  )
}

export function faultOf(statement: number | null, reason: unknown): Omit<CarriedFault, 'place'> {
  const sqlState = stateOf(reason)
  const tookTooLong = sqlState === '55P03' || sqlState === '57014'
  return { statement, sqlState, cause: reason as Error, tookTooLong }
}

/** COMMIT was not answered, and what was sent before it failed for that reason. */
function lost(error: unknown, reason: unknown): unknown {
  const isLost = stateOf(reason) === '' || isConnectionLost(reason)
  return error instanceof StoreFailure && isLost ? lostInCarried(error, reason) : error
}

/** The connection was lost before statements were answered, the first of which failed for that reason. */
export function lostInCarried(error: unknown, reason: unknown): StoreFailure {
  const known = error instanceof StoreFailure ? error : null
  const failure = new StoreFailure(messageOf(error), {
    outcome: known?.outcome ?? 'not-committed',
    retriable: true,
    cause: known?.cause ?? error,
  })
  failure.isLostInCarried = true
  failure.sqlState = stateOf(reason) || stateOf(failure.cause) || null
  return failure
}
