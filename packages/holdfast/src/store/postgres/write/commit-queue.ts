import { HeadMoved, StoreFailure, unsent } from '../../failure.ts'
import type { Carried, Commit, Head, HeadLock, TrialFault } from '../../store.ts'
import { statementOf, type CommitContext } from './commit.ts'
import { commitCarrying } from './carried-statements.ts'
import type { Carrier } from './carry.ts'
import type { Database } from '../connect/database.ts'
import { writeFault } from '../connect/faults.ts'
import { lockHead, type CommitId, type LockedHead } from './head-lock.ts'
import { sendPipelined, type OnBegun } from './pipelined-commit.ts'
import type { Session } from '../connect/session.ts'
import type { Statement } from '../tables/statement.ts'
import type { StoredWarehouses } from './stored-warehouses.ts'
import { commitTransaction, newTxLock, rollBack, type TxLock } from './transaction.ts'
import type { Trial } from './trial.ts'

export interface CommitQueueParts {
  readonly database: Database
  readonly carrier: Carrier
  readonly warehouses: StoredWarehouses
  readonly notify: CommitContext['notify']
}

interface InFlight {
  readonly id: CommitId
  /** Resolves once its transaction has begun, and holds the head lock if it waits for that; rejects if it did not. */
  readonly hasBegun: Promise<TxLock>
  /** Resolves once it is durable. */
  readonly isDurable: Promise<unknown>
}

/**
 * The commits of this process, one after another. One connection holds the head lock from `acquire` until the commit
 * or `release`; a commit that is given while another is in flight locks the head after it.
 */
export class CommitQueue implements HeadLock {
  readonly #parts: CommitQueueParts
  /** Holds the head lock. */
  #session: Session | null = null
  /** Of statements that are tried before the commit. */
  #trial: Trial | null = null
  #txLock: TxLock = 0
  /** As it was when the head was locked last. */
  #fence = 0
  /** Of those that have not ended. */
  #newest: InFlight | null = null
  /** The last two that were given: no more are in flight at once. */
  #tried: readonly CommitId[] = []

  constructor(parts: CommitQueueParts) {
    this.#parts = parts
  }

  get holdsHead(): boolean {
    return this.#session !== null
  }

  /** The number of a commit that was tried lately. */
  numberOf(batchId: string): number | null {
    return this.#tried.find((tried) => tried.batchId === batchId)?.number ?? null
  }

  /** @throws StoreFailure */
  async acquire(): Promise<{ head: Head; now: number }> {
    // Left behind by a batch that ended otherwise.
    this.#drop()
    try {
      return await this.#parts.database.again(async () => this.#lock())
    } catch (error) {
      throw writeFault(error)
    }
  }

  async release(): Promise<void> {
    const session = this.#session
    this.#endTrial()
    this.#session = null
    if (session !== null) await rollBack(session)
  }

  /** Runs statements while the head is locked. @throws StoreFailure */
  async carry(carried: readonly Carried[]): Promise<TrialFault | null> {
    try {
      this.#trial ??= this.#parts.carrier.trial(this.#session!)
      return await this.#trial.run(carried)
    } catch (error) {
      this.#drop()
      throw writeFault(error)
    }
  }

  /** Work of the batch that holds the head lock; an error ends its transaction. */
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
    const begun = Promise.withResolvers<TxLock>()
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

  /** Not before the one before it has ended. Returns the database's time if it was heard. */
  async #end(commit: Commit, before: InFlight | null, onBegun: OnBegun): Promise<number | null> {
    const pipelined = before === null ? null : this.#sendPipelined(commit, before, onBegun)
    try {
      await before?.isDurable
    } catch {
      // It fails with that one. But this has to be heard if it was sent: that one may be there.
      if (await isDurable(pipelined)) return null
      const message = 'the commit before it failed'
      throw new StoreFailure(message, { outcome: 'not-committed', retriable: true })
    }
    const now = await pipelined
    if (now === null) await this.#write(commit, onBegun)
    return now
  }

  /** Null if all of it has to wait. */
  #sendPipelined(
    commit: Commit,
    before: InFlight,
    onBegun: OnBegun,
  ): Promise<number | null> | null {
    const { database, carrier, warehouses } = this.#parts
    if (!commit.warehouses.every(({ record }) => warehouses.has(record))) return null
    const { id, hasBegun } = before
    const parts = { database, carrier, before: id, hasBegun, fence: this.#fence, onBegun }
    const pipelined = sendPipelined(commit, this.#context, parts)
    // It is heard only after the one before it.
    pipelined.catch(() => undefined)
    return pipelined
  }

  /** Writes all of a commit under the head lock, which it may hold already. */
  async #write(commit: Commit, onBegun: OnBegun): Promise<void> {
    const { warehouses } = this.#parts
    if (this.#session === null) await this.#lockAt(commit.before)
    const session = this.#session!
    onBegun(this.#txLock)
    const { text, values } = await this.within(async () => {
      for (const { record } of commit.warehouses) await warehouses.store(session, record)
      return this.#statement(commit)
    })
    const [trial, { carried }] = [this.#trial, commit]
    this.#trial = this.#session = null
    const own = session.run(text, values)
    if (trial !== null) await commitCarrying(session, trial.finish(), [own])
    else if (carried.length === 0) await commitTransaction(session, [own])
    else await commitCarrying(session, this.#parts.carrier.send(session, carried, own), [own])
  }

  #statement(commit: Commit): Statement {
    try {
      return statementOf(commit, this.#context)
    } catch (error) {
      throw unsent(error)
    }
  }

  /** Locks the head for a commit that is decided already. */
  async #lockAt(expected: Head): Promise<void> {
    const { head } = await this.#lock()
    if (head.commit === expected.commit && head.hash === expected.hash) return
    await this.release()
    throw new HeadMoved()
  }

  async #lock(): Promise<LockedHead> {
    this.#session = await this.#parts.database.session()
    this.#txLock = newTxLock()
    const locked = await this.within(async (session) => lockHead(session, this.#txLock))
    this.#fence = locked.fence
    return locked
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
async function isDurable(pipelined: Promise<number | null> | null): Promise<boolean> {
  try {
    return (await pipelined) !== null
  } catch (error) {
    if (isUnknown(error)) throw error
    return false
  }
}
