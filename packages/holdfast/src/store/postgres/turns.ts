import { HeadMoved, StoreFailure } from '../failure.ts'
import type { Commit, Head } from '../store.ts'
import { Ahead } from './ahead.ts'
import { statementOf, write, type CommitContext } from './commit.ts'
import type { Database } from './database.ts'
import { commitFault, writeFault } from './faults.ts'
import type { Session } from './session.ts'
import type { StoredWarehouses } from './stored-warehouses.ts'
import { endTurn, rollBack, takeTurn } from './turn.ts'

export interface TurnsParts {
  readonly database: Database
  readonly warehouses: StoredWarehouses
  readonly notify: { readonly channel: string; readonly from: string } | null
}

/** The commit that waits for the one under way. */
interface Behind {
  /** Null where all of it has to wait. */
  readonly ahead: Ahead | null
  /** Resolved when the commit before it is durable. */
  readonly isNext: PromiseWithResolvers<void>
  /** Kept when it has the turn, or failed. */
  readonly hasTurn: Promise<void>
}

/**
 * This process's turns to write: one connection has the turn from `take` until the commit or `abandon`.
 * A commit that comes while another is under way takes the turn after it.
 */
export class Turns {
  readonly #parts: TurnsParts
  /** Has the turn. */
  #session: Session | null = null
  #isCommitting = false
  #behind: Behind | null = null
  /** Of the newest commit: kept when it has the turn, or failed. */
  #newestHasTurn = Promise.resolve()
  #tried: Pick<Commit, 'batchId' | 'head'> | null = null

  constructor(parts: TurnsParts) {
    this.#parts = parts
  }

  get isTaken(): boolean {
    return this.#session !== null
  }

  /** The last commit that was tried. */
  get tried(): Pick<Commit, 'batchId' | 'head'> | null {
    return this.#tried
  }

  /** @throws what the driver throws */
  async take(): Promise<{ head: Head; now: number }> {
    // Left behind by a batch that ended otherwise.
    this.#drop()
    return this.#parts.database.again(async () => {
      this.#session = await this.#parts.database.session()
      return this.within(takeTurn)
    })
  }

  async abandon(): Promise<void> {
    const session = this.#session
    this.#session = null
    if (session !== null) await rollBack(session)
  }

  /** Work of the batch that has the turn; an error ends its transaction. */
  async within<T>(work: (session: Session) => Promise<T>): Promise<T> {
    try {
      return await work(this.#session!)
    } catch (error) {
      this.#drop()
      throw error
    }
  }

  /** @throws StoreFailure */
  async commit(commit: Commit): Promise<void> {
    const { promise: hasTurn, resolve: onTurn } = Promise.withResolvers<void>()
    try {
      await this.#commit(commit, hasTurn, onTurn)
    } finally {
      onTurn()
    }
  }

  async #commit(commit: Commit, hasTurn: Promise<void>, onTurn: () => void): Promise<void> {
    const ahead = await this.#turnFor(commit, hasTurn)
    let session: Session
    try {
      session = (await ahead?.finish(onTurn)) ?? (await this.#write(commit, onTurn))
      this.#tried = commit
      await endOn(session)
    } catch (error) {
      this.#failBehind()
      throw writeFault(error)
    }
    for (const { record } of commit.warehouses) this.#parts.warehouses.isDurable(record)
    session.release()
    await this.#handOver()
  }

  /** At once, or when the commit under way is durable. @throws StoreFailure where that one failed */
  async #turnFor(commit: Commit, hasTurn: Promise<void>): Promise<Ahead | null> {
    const mayBegin = this.#newestHasTurn
    this.#newestHasTurn = hasTurn
    if (!this.#isCommitting) {
      this.#isCommitting = true
      return null
    }
    const { database, warehouses } = this.#parts
    const areStored = commit.warehouses.every(({ record }) => warehouses.has(record))
    const ahead = areStored ? new Ahead(database, commit, this.#context, mayBegin) : null
    const isNext = Promise.withResolvers<void>()
    this.#behind = { ahead, isNext, hasTurn }
    try {
      await isNext.promise
      return ahead
    } catch (error) {
      void ahead?.undo()
      throw error
    }
  }

  /** Writes all of a commit in its turn, which it may have already. */
  async #write(commit: Commit, onTurn: () => void): Promise<Session> {
    const { warehouses } = this.#parts
    if (this.#session === null) await this.#takeAt(commit.before)
    onTurn()
    const session = this.#session!
    await this.within(async () => {
      for (const { record } of commit.warehouses) await warehouses.store(session, record)
      await write(session, statementOf(commit, this.#context))
    })
    this.#session = null
    return session
  }

  /** The turn for a commit that is decided already. */
  async #takeAt(expected: Head): Promise<void> {
    this.#session = await this.#parts.database.session()
    const { head } = await this.within(takeTurn)
    if (head.commit === expected.commit && head.hash === expected.hash) return
    await this.abandon()
    throw new HeadMoved()
  }

  /**
   * The commit that waits goes on before the callers of this one are answered: while the database is
   * busy with it, they are, and what they ask for next is decided.
   */
  async #handOver(): Promise<void> {
    const behind = this.#behind
    this.#behind = null
    if (behind === null) {
      this.#isCommitting = false
      return
    }
    behind.isNext.resolve()
    if (behind.ahead?.areRowsWritten === true) await behind.hasTurn
  }

  #failBehind(): void {
    this.#isCommitting = false
    const message = 'the commit before it failed'
    const failure = new StoreFailure(message, { outcome: 'not-committed', retriable: true })
    this.#behind?.isNext.reject(failure)
    this.#behind = null
  }

  get #context(): CommitContext {
    const { warehouses, notify } = this.#parts
    return { positions: warehouses.positions, notify }
  }

  #drop(): void {
    this.#session?.release(true)
    this.#session = null
  }
}

async function endOn(session: Session): Promise<void> {
  try {
    await endTurn(session)
  } catch (error) {
    session.release(true)
    throw commitFault(error)
  }
}
