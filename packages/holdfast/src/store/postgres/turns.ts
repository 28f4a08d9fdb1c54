import { HeadMoved, StoreFailure, unsent } from '../failure.ts'
import type { Carried, Commit, Head, TrialFault } from '../store.ts'
import { sendAhead, type OnBegun } from './ahead.ts'
import { statementOf, type CommitContext } from './commit.ts'
import { endCarrying, type Carrier, type Trial } from './carry.ts'
import type { Database } from './database.ts'
import { writeFault } from './faults.ts'
import type { Session } from './session.ts'
import type { Statement } from './statement.ts'
import type { StoredWarehouses } from './stored-warehouses.ts'
import { newBaton, endTurn, rollBack, takeTurn } from './turn.ts'
import type { Baton, CommitId, Turn } from './turn.ts'

export interface TurnsParts {
  readonly database: Database
  readonly carrier: Carrier
  readonly warehouses: StoredWarehouses
  readonly notify: { readonly channel: string; readonly from: string } | null
}

/** A commit that was given. */
interface Given {
  readonly id: CommitId
  /** Kept when its transaction has begun, and has the turn where it waits for that; broken where it did not. */
  readonly hasBegun: Promise<Baton>
  /** Kept when it is durable. */
  readonly isDurable: Promise<unknown>
}

/**
 * This process's turns to write: one connection has the turn from `take` until the commit or `abandon`.
 * A commit that comes while another is under way takes the turn after it.
 */
export class Turns {
  readonly #parts: TurnsParts
  /** Has the turn. */
  #session: Session | null = null
  /** Of statements that are tried in this turn. */
  #trial: Trial | null = null
  #baton = 0
  /** As it was when the turn was taken last. */
  #fence = 0
  /** Of those that have not ended. */
  #newest: Given | null = null
  /** The last two that were given: no more are under way at once. */
  #tried: readonly CommitId[] = []

  constructor(parts: TurnsParts) {
    this.#parts = parts
  }

  get isTaken(): boolean {
    return this.#session !== null
  }

  /** The number of a commit that was tried lately. */
  numberOf(batchId: string): number | null {
    return this.#tried.find((tried) => tried.batchId === batchId)?.number ?? null
  }

  /** @throws what the driver throws */
  async take(): Promise<{ head: Head; now: number }> {
    // Left behind by a batch that ended otherwise.
    this.#drop()
    return this.#parts.database.again(async () => this.#take())
  }

  async abandon(): Promise<void> {
    const session = this.#session
    this.#endTrial()
    this.#session = null
    if (session !== null) await rollBack(session)
  }

  /** Runs statements in the turn that is taken. @throws StoreFailure */
  async carry(carried: readonly Carried[]): Promise<TrialFault | null> {
    try {
      this.#trial ??= this.#parts.carrier.trial(this.#session!)
      return await this.#trial.run(carried)
    } catch (error) {
      this.#drop()
      throw error
    }
  }

  /** Work of the batch that has the turn; an error ends its transaction. */
  async within<T>(work: (session: Session) => Promise<T>): Promise<T> {
    try {
      await this.#trial?.back()
      return await work(this.#session!)
    } catch (error) {
      this.#drop()
      throw error
    }
  }

  /** @throws StoreFailure */
  async commit(commit: Commit): Promise<number | null> {
    const id = { number: commit.head.commit, batchId: commit.batchId }
    this.#tried = [...this.#tried.slice(-1), id]
    const begun = Promise.withResolvers<Baton>()
    // Perhaps nobody waits for it.
    begun.promise.catch(() => undefined)
    const isDurable = this.#end(commit, this.#newest, begun.resolve)
    const own = { id, hasBegun: begun.promise, isDurable }
    this.#newest = own
    let now: number | null
    try {
      now = await isDurable
    } catch (error) {
      begun.reject(new Error('it failed'))
      throw writeFault(error)
    } finally {
      if (this.#newest === own) this.#newest = null
    }
    for (const { record } of commit.warehouses) this.#parts.warehouses.isDurable(record)
    return now
  }

  /** Not before the one before it has ended. Answers the database's time where it was heard. */
  async #end(commit: Commit, before: Given | null, onBegun: OnBegun): Promise<number | null> {
    const ahead = before === null ? null : this.#sendAhead(commit, before, onBegun)
    try {
      await before?.isDurable
    } catch {
      // It fails with that one. But this has to be heard, where it was sent: that one may be there.
      if (await isDurable(ahead)) return null
      const message = 'the commit before it failed'
      throw new StoreFailure(message, { outcome: 'not-committed', retriable: true })
    }
    const now = await ahead
    if (now === null) await this.#write(commit, onBegun)
    return now
  }

  /** Null where all of it has to wait. */
  #sendAhead(commit: Commit, before: Given, onBegun: OnBegun): Promise<number | null> | null {
    const { database, carrier, warehouses } = this.#parts
    if (!commit.warehouses.every(({ record }) => warehouses.has(record))) return null
    const { id, hasBegun } = before
    const parts = { database, carrier, before: id, hasBegun, fence: this.#fence, onBegun }
    const ahead = sendAhead(commit, this.#context, parts)
    // It is heard only after the one before it.
    ahead.catch(() => undefined)
    return ahead
  }

  /** Writes all of a commit in its turn, which it may have already. */
  async #write(commit: Commit, onBegun: OnBegun): Promise<void> {
    const { warehouses } = this.#parts
    if (this.#session === null) await this.#takeAt(commit.before)
    const session = this.#session!
    onBegun(this.#baton)
    const { text, values } = await this.within(async () => {
      for (const { record } of commit.warehouses) await warehouses.store(session, record)
      return this.#statement(commit)
    })
    const [trial, { carried }] = [this.#trial, commit]
    this.#trial = this.#session = null
    const own = session.run(text, values)
    if (trial !== null) await endCarrying(session, trial.finish(), [own])
    else if (carried.length === 0) await endTurn(session, [own])
    else await endCarrying(session, this.#parts.carrier.send(session, carried, own), [own])
  }

  #statement(commit: Commit): Statement {
    try {
      return statementOf(commit, this.#context)
    } catch (error) {
      throw unsent(error)
    }
  }

  /** The turn for a commit that is decided already. */
  async #takeAt(expected: Head): Promise<void> {
    const { head } = await this.#take()
    if (head.commit === expected.commit && head.hash === expected.hash) return
    await this.abandon()
    throw new HeadMoved()
  }

  async #take(): Promise<Turn> {
    this.#session = await this.#parts.database.session()
    this.#baton = newBaton()
    const turn = await this.within(async (session) => takeTurn(session, this.#baton))
    this.#fence = turn.fence
    return turn
  }

  get #context(): CommitContext {
    const { warehouses, notify } = this.#parts
    return { positions: warehouses.positions, notify }
  }

  #endTrial(): void {
    this.#trial?.stop()
    this.#trial = null
  }

  #drop(): void {
    this.#endTrial()
    this.#session?.release(true)
    this.#session = null
  }
}

function isUnknown(error: unknown): boolean {
  return error instanceof StoreFailure && error.outcome === 'unknown'
}

/** What fails for sure is not. @throws StoreFailure of unknown outcome */
async function isDurable(ahead: Promise<number | null> | null): Promise<boolean> {
  try {
    return (await ahead) !== null
  } catch (error) {
    if (isUnknown(error)) throw error
    return false
  }
}
