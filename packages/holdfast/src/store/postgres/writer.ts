import { StoreFailure } from '../failure.ts'
import type { Commit, HeadLock, Loaded, Move, Needs, Rebuilding, Writer } from '../store.ts'
import type { Carrier } from './write/carry.ts'
import type { CommitContext } from './write/commit.ts'
import { CommitQueue } from './write/commit-queue.ts'
import type { Database } from './connect/database.ts'
import { writeFault } from './connect/faults.ts'
import { lockHead, raiseFence } from './write/head-lock.ts'
import { dueHolds } from './tables/holds.ts'
import { oldKeys } from './tables/keys.ts'
import type { Leases } from './follow/leases.ts'
import { load } from './write/load.ts'
import type { SharedTail } from './read/posted.ts'
import { moveCarrying } from './write/move-position.ts'
import { mustHaveRights } from './schema/rights.ts'
import { movePosition, tryWrite } from './tables/positions.ts'
import { beginRebuild } from './write/rebuild.ts'
import type { Session } from './connect/session.ts'
import { StoredWarehouses } from './write/stored-warehouses.ts'
import { commitTransaction } from './write/transaction.ts'
import { readWarehouses } from './tables/warehouses.ts'

/** By number, which is the commits' key, if this writer knows it. */
const IS_NUMBER = 'SELECT count(*) FROM holdfast.commits WHERE number = $1 AND batch_id = $2::uuid'
const IS_THERE = 'SELECT count(*) FROM holdfast.commits WHERE batch_id = $1::uuid'

export interface WriterParts {
  readonly database: Database
  /** What has been read of the log after the postings. */
  readonly tail: SharedTail
  readonly carrier: Carrier
  /** For consumers, whose statements hold up no batch. */
  readonly patientCarrier: Carrier
  readonly leases: Leases
  readonly watch: Writer['watch']
  readonly notify: CommitContext['notify']
}

/** The port's writer. What belongs to a batch is done under the head lock, the rest on other connections. */
export class PostgresWriter implements Writer {
  /** One commit in flight, and one that waits behind it. */
  readonly depth = 2
  readonly watch: Writer['watch']
  readonly #parts: WriterParts
  readonly #warehouses = new StoredWarehouses()
  readonly #commits: CommitQueue
  readonly headLock: HeadLock
  readonly carry: Writer['carry']

  constructor(parts: WriterParts) {
    const { database, carrier, notify, watch } = parts
    this.#parts = parts
    this.watch = watch
    const commits = new CommitQueue({ database, carrier, notify, warehouses: this.#warehouses })
    this.#commits = this.headLock = commits
    this.carry = async (carried) => commits.carry(carried)
  }

  async load(needs: Needs): Promise<Loaded> {
    return this.#anyhow((session) => load(session, needs, this.#parts.tail))
  }

  async commit(commit: Commit): Promise<number | null> {
    return this.#commits.commit(commit)
  }

  /**
   * Locks the head first: the connection that was lost may hold the lock, and commit. What is not there
   * may come later, by a connection that has not heard of its end, unless the fence is another one.
   * And commits, though it may have written nothing: after a failover that was going on, or a wait for
   * a standby that was cut short, what is seen here is then as durable as any commit.
   */
  async wasCommitted(batchId: string): Promise<boolean> {
    try {
      return await this.#parts.database.again(async () =>
        this.#parts.database.using(async (session) => {
          await lockHead(session)
          const number = this.#commits.numberOf(batchId)
          const [row] =
            number === null
              ? await session.rows(IS_THERE, [batchId])
              : await session.rows(IS_NUMBER, [number, batchId])
          const isThere = row![0] !== 0
          if (!isThere) await raiseFence(session)
          await commitTransaction(session)
          return isThere
        }),
      )
    } catch (error) {
      const { message, cause } = writeFault(error)
      throw new StoreFailure(message, { outcome: 'not-committed', cause: cause ?? error })
    }
  }

  async recover(): ReturnType<Writer['recover']> {
    const { head, warehouses, positions } = await this.#anyhow(readWarehouses)
    this.#warehouses.are(warehouses, positions)
    return { head, warehouses }
  }

  async movePosition(move: Move): Promise<boolean> {
    if (move.carried.length === 0) return this.#aside((session) => movePosition(session, move))
    const { database, patientCarrier } = this.#parts
    try {
      return await moveCarrying(database, patientCarrier, move)
    } catch (error) {
      throw writeFault(error)
    }
  }

  async tryWrite(): Promise<void> {
    return this.#aside(async (session) => {
      await mustHaveRights(session)
      await tryWrite(session)
    })
  }

  async oldKeys(before: number, limit: number): Promise<number> {
    return this.#aside((session) => oldKeys(session, before, limit))
  }

  async rebuild(): Promise<Rebuilding> {
    try {
      return await beginRebuild(await this.#parts.database.session())
    } catch (error) {
      throw writeFault(error)
    }
  }

  async dueHolds(now: number, limit: number): Promise<readonly string[]> {
    return this.#aside((session) => dueHolds(session, now, limit))
  }

  async lead(name: string): Promise<boolean> {
    try {
      return await this.#parts.leases.lead(name)
    } catch (error) {
      throw writeFault(error)
    }
  }

  async resign(name: string): Promise<void> {
    try {
      await this.#parts.leases.resign(name)
    } catch (error) {
      throw writeFault(error)
    }
  }

  /** On the connection that holds the head lock, if there is one, so that it is from the same moment and waits for no connection. */
  async #anyhow<T>(work: (session: Session) => Promise<T>): Promise<T> {
    if (!this.#commits.holdsHead) return this.#aside(work)
    try {
      return await this.#commits.within(work)
    } catch (error) {
      throw writeFault(error)
    }
  }

  /** Beside any batch; may be done twice. */
  async #aside<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const { database } = this.#parts
    try {
      return await database.again(async () => database.using(work))
    } catch (error) {
      throw writeFault(error)
    }
  }
}
