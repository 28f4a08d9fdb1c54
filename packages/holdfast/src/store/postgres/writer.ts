import type { WarehouseRecord } from '../../domain/warehouse-record.ts'
import { StoreFailure } from '../failure.ts'
import type { Commit, Head, Loaded, Mark, Needs, Writer } from '../store.ts'
import { writeCommit } from './commit.ts'
import type { Database } from './database.ts'
import { commitFault, writeFault } from './faults.ts'
import { dueHolds } from './holds.ts'
import { forgetKeys } from './keys.ts'
import type { Leases } from './leases.ts'
import { load } from './load.ts'
import { writeMarks } from './marks.ts'
import type { Session } from './session.ts'
import { takeTurn } from './turn.ts'
import { readWarehouses, writeWarehouse } from './warehouses.ts'

/** By number, which is the commits' key, where this writer knows it. */
const IS_NUMBER = 'SELECT count(*) FROM holdfast.commits WHERE number = $1 AND batch_id = $2::uuid'
const IS_THERE = 'SELECT count(*) FROM holdfast.commits WHERE batch_id = $1::uuid'

export interface WriterParts {
  readonly database: Database
  readonly leases: Leases
  readonly watch: Writer['watch']
  readonly notify: { readonly channel: string; readonly from: string } | null
}

/** The port's writer: one connection has the turn from `take` until the commit or `abandon`. */
export class PostgresWriter implements Writer {
  /** The turn is taken for one batch: the next one takes it again, if nobody else came first. */
  readonly depth = 1
  readonly watch: Writer['watch']
  readonly #parts: WriterParts
  #turn: Session | null = null
  /** As they are stored, by id: a commit writes only what is new about them. */
  readonly #records = new Map<string, WarehouseRecord>()
  readonly #positions = new Map<string, number>()
  /** The last commit that was tried. */
  #tried: Pick<Commit, 'batchId' | 'head'> | null = null

  constructor(parts: WriterParts) {
    this.#parts = parts
    this.watch = parts.watch
  }

  readonly take = async (): Promise<{ head: Head; now: number }> => {
    // Left behind by a batch that ended otherwise.
    this.#drop()
    try {
      return await this.#parts.database.again(async () => {
        this.#turn = await this.#parts.database.session()
        return this.#inTurn(takeTurn)
      })
    } catch (error) {
      throw writeFault(error)
    }
  }

  async abandon(): Promise<void> {
    const session = this.#turn
    this.#turn = null
    if (session === null) return
    try {
      await session.rows('ROLLBACK')
      session.release()
    } catch {
      session.release(true) // which rolls back as well
    }
  }

  async load(needs: Needs): Promise<Loaded> {
    return this.#anyhow((session) => load(session, needs))
  }

  async commit(commit: Commit): Promise<void> {
    const session = this.#turn
    if (session === null) {
      const message = 'the turn to write was lost before the commit'
      throw new StoreFailure(message, { outcome: 'not-committed', retriable: true })
    }
    try {
      await this.#inTurn((turn) => this.#write(turn, commit))
    } catch (error) {
      throw writeFault(error)
    }
    this.#tried = commit
    await this.#commit(session)
  }

  /**
   * Waits for the turn first: as long as the connection that was lost may still commit, it has the
   * turn. And commits, though it wrote nothing: after a failover that was under way, or a wait for a
   * standby that was cut short, what is seen here is then as durable as any commit.
   */
  async wasCommitted(batchId: string): Promise<boolean> {
    try {
      return await this.#parts.database.again(async () =>
        this.#parts.database.using(async (session) => {
          await takeTurn(session)
          const tried = this.#tried?.batchId === batchId ? this.#tried : null
          const [row] =
            tried === null
              ? await session.rows(IS_THERE, [batchId])
              : await session.rows(IS_NUMBER, [tried.head.commit, batchId])
          await commitDurably(session)
          return row![0] !== 0
        }),
      )
    } catch (error) {
      const { message, cause } = writeFault(error)
      throw new StoreFailure(message, { outcome: 'not-committed', cause: cause ?? error })
    }
  }

  async recover(): ReturnType<Writer['recover']> {
    const { head, warehouses, positions } = await this.#anyhow(readWarehouses)
    this.#records.clear()
    this.#positions.clear()
    for (const { record } of warehouses) this.#records.set(record.id, record)
    for (const [id, position] of positions) this.#positions.set(id, position)
    return { head, warehouses }
  }

  async setMarks(marks: readonly Mark[]): Promise<void> {
    return this.#aside((session) => writeMarks(session, marks))
  }

  async forgetKeys(before: number, limit: number): Promise<number> {
    return this.#aside((session) => forgetKeys(session, before, limit))
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

  async #write(session: Session, commit: Commit): Promise<void> {
    for (const { record } of commit.warehouses) {
      if (this.#records.get(record.id) === record) continue
      // Forgotten until it is durable.
      this.#records.delete(record.id)
      this.#positions.set(record.id, await writeWarehouse(session, record))
    }
    const { notify } = this.#parts
    await writeCommit(session, commit, { positions: this.#positions, notify })
  }

  async #commit(session: Session): Promise<void> {
    this.#turn = null
    try {
      await commitDurably(session)
    } catch (error) {
      session.release(true)
      throw commitFault(error)
    }
    session.release()
  }

  /** Work of the batch that has the turn; an error ends its transaction. */
  async #inTurn<T>(work: (session: Session) => Promise<T>): Promise<T> {
    try {
      return await work(this.#turn!)
    } catch (error) {
      this.#drop()
      throw error
    }
  }

  /** In the turn where there is one, so that it is from the same moment and waits for no connection. */
  async #anyhow<T>(work: (session: Session) => Promise<T>): Promise<T> {
    if (this.#turn === null) return this.#aside(work)
    try {
      return await this.#inTurn(work)
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

  #drop(): void {
    this.#turn?.release(true)
    this.#turn = null
  }
}

/** A wait for a standby that was cut short is a mere warning: the commit is on this machine alone. */
async function commitDurably(session: Session): Promise<void> {
  session.takeWarning()
  const { command } = (await session.script('COMMIT'))[0]!
  if (command !== 'COMMIT') throw new Error(`COMMIT was answered with ${command}`)
  const warning = session.takeWarning()
  if (warning !== null) throw warning
}
