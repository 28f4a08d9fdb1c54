import { HeadMoved } from '../failure.ts'
import type { Commit } from '../store.ts'
import { addChanges, addNewRows, write, type CommitContext } from './commit.ts'
import type { Database } from './database.ts'
import { isLockTaken, writeFault } from './faults.ts'
import type { Session } from './session.ts'
import { Statement } from './statement.ts'
import { beginBeforeTurn, rollBack, turnAtOnce } from './turn.ts'

/**
 * A commit that is written while the one before it is: its new rows, two thirds of the work, before it
 * has its turn, in a transaction on a connection of its own.
 *
 * New rows wait for nobody: their keys follow on those of the commit before. But another process that
 * has the turn may wait for them. So they are not sent before the commit before has its turn; and the
 * turn after it is taken at once or not at all: the rows are then taken back, and the batch is decided
 * anew.
 */
export class Ahead {
  /** Null where they could not be written, or are no longer wanted. */
  readonly #rows: Promise<Session | null>
  readonly #changes = new Statement()
  #areWritten = false
  #isWanted = true

  /** `mayBegin` is kept when the commit before has its turn. */
  constructor(database: Database, commit: Commit, context: CommitContext, mayBegin: Promise<void>) {
    const rows = new Statement()
    addNewRows(rows, commit, context)
    turnAtOnce(this.#changes, commit.before)
    addChanges(this.#changes, commit, context)
    this.#rows = this.#write(database, rows, mayBegin).catch(() => null)
  }

  /** Whether nothing but the turn is waited for. */
  get areRowsWritten(): boolean {
    return this.#areWritten
  }

  /**
   * Takes the turn and writes the rest, once the commit before is durable; what is left is to end the
   * transaction. `onTurn` is told when that is on its way. Null, and nothing is written, where the rows
   * could not be: in a turn of its own the commit meets the same fault again, or does not.
   * @throws StoreFailure
   */
  async finish(onTurn: () => void): Promise<Session | null> {
    const session = await this.#rows
    if (session === null) return null
    try {
      const written = write(session, this.#changes)
      onTurn()
      await written
      return session
    } catch (error) {
      await rollBack(session)
      throw isLockTaken(error) ? new HeadMoved() : writeFault(error)
    }
  }

  /** Takes the rows back. */
  async undo(): Promise<void> {
    this.#isWanted = false
    const session = await this.#rows
    if (session !== null) await rollBack(session)
  }

  async #write(database: Database, rows: Statement, mayBegin: Promise<void>) {
    await mayBegin
    if (!this.#isWanted) return null
    const session = await database.session()
    try {
      await beginBeforeTurn(session)
      await write(session, rows)
    } catch (error) {
      await rollBack(session)
      throw error
    }
    this.#areWritten = true
    return session
  }
}
