import { HeadMoved, StoreFailure } from '../failure.ts'
import type { Commit, Head } from '../store.ts'
import { statementOf, write } from './commit.ts'
import type { Database } from './database.ts'
import { commitFault, writeFault } from './faults.ts'
import type { Session } from './session.ts'
import type { Statement } from './statement.ts'
import type { StoredWarehouses } from './stored-warehouses.ts'
import { endTurn, takeTurn } from './turn.ts'

export interface TurnsParts {
  readonly database: Database
  readonly warehouses: StoredWarehouses
  readonly notify: { readonly channel: string; readonly from: string } | null
}

/** What a commit that waited is given by the one before it. */
interface Handover {
  readonly session: Session
  /** To be called once its statement is on its way, or never will be. */
  readonly onSent: () => void
}

/** So long the callers of a commit wait for the statement of the next one to be sent. */
const HANDOVER_MS = 5

/**
 * This process's turns to write: one connection has the turn from `take` until the commit or `abandon`.
 * A commit that comes while another is under way takes the turn after it, on the same connection.
 */
export class Turns {
  readonly #parts: TurnsParts
  /** Has the turn. */
  #session: Session | null = null
  #isCommitting = false
  /** The commit that waits for the one under way. */
  #behind: PromiseWithResolvers<Handover> | null = null
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
    if (session === null) return
    try {
      await session.rows('ROLLBACK')
      session.release()
    } catch {
      session.release(true) // which rolls back as well
    }
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
    if (this.#isCommitting) return this.#commitBehind(commit)
    this.#isCommitting = true
    if (this.#session === null) await this.#takeFor(commit, null)
    await this.#commitInTurn(commit)
  }

  /** Whatever can be prepared is, while the commit before is under way. */
  async #commitBehind(commit: Commit): Promise<void> {
    const { warehouses } = this.#parts
    const isReady = commit.warehouses.every(({ record }) => warehouses.has(record))
    const ready = isReady ? this.#statementOf(commit) : null
    this.#behind = Promise.withResolvers()
    const { session, onSent } = await this.#behind.promise
    try {
      await this.#takeFor(commit, session)
      await this.#commitInTurn(commit, ready, onSent)
    } finally {
      onSent()
    }
  }

  /** Takes the turn for a commit that is decided already; on a connection that was handed over, or another. */
  async #takeFor({ before }: Commit, handedOver: Session | null): Promise<void> {
    try {
      this.#session = handedOver ?? (await this.#parts.database.session())
      const { head } = await this.within(takeTurn)
      if (head.commit === before.commit && head.hash === before.hash) return
      await this.abandon()
      throw new HeadMoved()
    } catch (error) {
      this.#failBehind()
      throw writeFault(error)
    }
  }

  async #commitInTurn(
    commit: Commit,
    ready: Statement | null = null,
    onSent: (() => void) | null = null,
  ): Promise<void> {
    const { warehouses } = this.#parts
    const session = this.#session!
    try {
      await this.within(async () => {
        for (const { record } of commit.warehouses) await warehouses.store(session, record)
        const written = write(session, ready ?? this.#statementOf(commit))
        onSent?.()
        await written
      })
      this.#tried = commit
      this.#session = null
      await endOn(session)
    } catch (error) {
      this.#failBehind()
      throw writeFault(error)
    }
    for (const { record } of commit.warehouses) warehouses.isDurable(record)
    await this.#handOver(session)
  }

  /**
   * The commit that waits has its turn before the callers of this one are answered: while the database
   * is busy with it, they are, and what they ask for next is decided.
   */
  async #handOver(session: Session): Promise<void> {
    const behind = this.#behind
    this.#behind = null
    if (behind === null) {
      this.#isCommitting = false
      session.release()
      return
    }
    const { promise: sent, resolve: onSent } = Promise.withResolvers<void>()
    behind.resolve({ session, onSent })
    // It may have to wait for another process.
    const timer = setTimeout(onSent, HANDOVER_MS)
    await sent
    clearTimeout(timer)
  }

  #failBehind(): void {
    this.#isCommitting = false
    const message = 'the commit before it failed'
    this.#behind?.reject(new StoreFailure(message, { outcome: 'not-committed', retriable: true }))
    this.#behind = null
  }

  #statementOf(commit: Commit): Statement {
    const { warehouses, notify } = this.#parts
    return statementOf(commit, { positions: warehouses.positions, notify })
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
