import { CarriedFailed, type CarriedFault } from '../../failure.ts'
import type { Carried, TrialFault } from '../../store.ts'
import {
  AFTER,
  faultOf,
  OURS,
  reasonOf,
  sendAll,
  SentStatements,
  lostInCarried,
} from './carried-statements.ts'
import { isStatementLost, stateOf } from '../connect/faults.ts'
import type { Session } from '../connect/session.ts'
import type { TimeBudget } from './time-budget.ts'

/** Settings that change what our own statements mean: they are set back, because tried statements run before ours. */
const MEANING = `unnest(ARRAY['client_encoding', 'search_path', 'session_replication_role', 'row_security',
  'standard_conforming_strings', 'transform_null_equals']) name`
const WAS = `current_setting('holdfast_tx.' || name)`

const KEEP_MEANING = `SELECT set_config('holdfast_tx.' || name, current_setting(name), true) FROM ${MEANING}`
const SET_BACK = `${OURS}; SELECT set_config(name, ${WAS}, true) FROM ${MEANING} WHERE current_setting(name) <> ${WAS}`

/** Savepoints: of a part, and of the look at constraints that are deferred to the end. */
const SAVE = 'SAVEPOINT holdfast_carried'
const UNDO = 'ROLLBACK TO SAVEPOINT holdfast_carried'
const RELEASE = 'RELEASE SAVEPOINT holdfast_carried'
const KEEP = `SAVEPOINT holdfast_look; SET CONSTRAINTS ALL IMMEDIATE;
  ROLLBACK TO SAVEPOINT holdfast_look; RELEASE SAVEPOINT holdfast_look; ${RELEASE}; ${SAVE}`

interface TrialParts {
  readonly budget: TimeBudget
  /** What is sent before statements; whether they may wait for a lock for a short time only. */
  readonly begin: (isShort: boolean) => string
}

/**
 * Statements of one batch, some commands at a time; those that fail are as though they had not been. From the first ones
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
   * Runs the statements of some commands, and keeps them if all of them go well; else returns the fault, and none is kept.
   * Without time left none is run.
   * @throws StoreFailure with `isLostInCarried` if the connection was lost
   */
  async run(carried: readonly Carried[]): Promise<TrialFault | null> {
    const { budget, begin } = this.#parts
    const session = this.#session
    if (budget.isOver) return { ...NO_TIME, place: carried[0]!.place }
    budget.start()
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
    if (stateOf(reason) === '' || isStatementLost(reason)) throw lostInCarried(reason, reason)
    const fault = faultOf(statement, reason)
    if (fault.tookTooLong) this.#isShort = true
    const isOpen = opened.length === 0 || failed > 0
    if (!isOpen) this.#isTheirs = false
    try {
      await session.script(isOpen ? this.#undo(fault) : `${UNDO}; ${RELEASE}`)
    } catch {
      // The connection was lost, whatever the statement's own error says.
      throw lostInCarried(reason, reason)
    }
    return { ...fault, place, isOver: budget.isOver }
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

  /** Sends the checks, after what was kept and the commit's own. */
  finish(): SentStatements {
    this.stop()
    const checks = this.#session.script(AFTER)
    const begun = Promise.resolve()
    return new SentStatements({
      begun,
      statements: [],
      checks,
      carried: [],
      budget: this.#parts.budget,
    })
  }

  stop(): void {
    this.#parts.budget.stop()
  }
}

const NO_TIME = {
  ...{ statement: null, sqlState: '57014', tookTooLong: true, isOver: true },
  cause: new Error('no time was left for it in this commit'),
}

function anybodys(answer: Promise<unknown>) {
  return { place: null, statement: null, answer }
}
