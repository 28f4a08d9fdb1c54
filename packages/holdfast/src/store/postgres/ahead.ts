import { HeadMoved } from '../failure.ts'
import type { Commit } from '../store.ts'
import { addChanges, addNewRows, write, type CommitContext } from './commit.ts'
import type { Database } from './database.ts'
import { isLockTaken, writeFault } from './faults.ts'
import type { Session } from './session.ts'
import { Statement } from './statement.ts'
import { beginBeforeTurn, rollBack, TURN_AT_ONCE } from './turn.ts'

/**
 * A commit that is written while the one before it is: its new rows, two thirds of the work, before it
 * has its turn, in a transaction on a connection of its own.
 *
 * New rows wait for nobody: their keys follow on those of the commit before. Once they are there, no
 * other process can commit rows of these keys, so where the commit before it became durable the head
 * is the one that this commit stands on. Should another process have the turn by then, it may be
 * waiting for these very rows: the turn is then not waited for, the rows are taken back, and the batch
 * is decided anew.
 */
export class Ahead {
  readonly #rows: Promise<Session>
  readonly #changes: Statement
  #areWritten = false

  constructor(database: Database, commit: Commit, context: CommitContext) {
    const rows = new Statement()
    addNewRows(rows, commit, context)
    this.#changes = new Statement()
    this.#changes.first(TURN_AT_ONCE)
    addChanges(this.#changes, commit, context)
    this.#rows = this.#write(database, rows)
    // Whoever asks for the turn is told.
    this.#rows.catch(() => undefined)
  }

  /** Whether nothing but the turn is waited for. */
  get areRowsWritten(): boolean {
    return this.#areWritten
  }

  /**
   * Takes the turn and writes the rest, once the commit before is durable; what is left is to end the
   * transaction. `onSent` is told when the rest is on its way. @throws StoreFailure
   */
  async finish(onSent: () => void): Promise<Session> {
    let session: Session
    try {
      session = await this.#rows
    } catch {
      // In a turn of its own the batch meets the same fault again, or does not.
      throw new HeadMoved()
    }
    try {
      const written = write(session, this.#changes)
      onSent()
      await written
      return session
    } catch (error) {
      await rollBack(session)
      throw isLockTaken(error) ? new HeadMoved() : writeFault(error)
    }
  }

  /** Takes the rows back. */
  async undo(): Promise<void> {
    const session = await this.#rows.catch(() => null)
    if (session !== null) await rollBack(session)
  }

  async #write(database: Database, rows: Statement): Promise<Session> {
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
