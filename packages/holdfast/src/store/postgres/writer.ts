import { HeadMoved, StoreFailure } from '../failure.ts'
import type { Commit, Head, Loaded, Mark, Needs, Writer } from '../store.ts'
import { statementOf, write } from './commit.ts'
import type { Database } from './database.ts'
import { commitFault, writeFault } from './faults.ts'
import { dueHolds } from './holds.ts'
import { forgetKeys } from './keys.ts'
import type { Leases } from './leases.ts'
import { load } from './load.ts'
import { writeMarks } from './marks.ts'
import type { Session } from './session.ts'
import type { Statement } from './statement.ts'
import { StoredWarehouses } from './stored-warehouses.ts'
import { takeTurn } from './turn.ts'
import { readWarehouses } from './warehouses.ts'

/** By number, which is the commits' key, where this writer knows it. */
const IS_NUMBER = 'SELECT count(*) FROM holdfast.commits WHERE number = $1 AND batch_id = $2::uuid'
const IS_THERE = 'SELECT count(*) FROM holdfast.commits WHERE batch_id = $1::uuid'

export interface WriterParts {
  readonly database: Database
  readonly leases: Leases
  readonly watch: Writer['watch']
  readonly notify: { readonly channel: string; readonly from: string } | null
}

/** A commit's connection, on its way to the commit that waits behind it. */
interface Handover {
  readonly session: Session
  /** To be called once that one's statement was sent. */
  readonly onSent: () => void
}

/** So long the callers of a commit wait for the statement of the next one to be sent. */
const HANDOVER_MS = 5

/**
 * The port's writer: one connection has the turn from `take` until the commit or `abandon`. A commit
 * that comes while another is under way takes the turn after it, on the same connection.
 */
export class PostgresWriter implements Writer {
  readonly depth = 2
  readonly watch: Writer['watch']
  readonly #parts: WriterParts
  #turn: Session | null = null
  readonly #warehouses = new StoredWarehouses()
  #isCommitting = false
  /** The commit that waits for the one under way. */
  #behind: PromiseWithResolvers<Handover> | null = null
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
    if (this.#isCommitting) return this.#commitBehind(commit)
    this.#isCommitting = true
    const session = this.#turn
    if (session !== null) return this.#commitIn(session, commit)
    return this.#takeAndCommit(commit)
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
    this.#warehouses.are(warehouses, positions)
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

  /** Whatever can be prepared is, while the commit before is under way. */
  async #commitBehind(commit: Commit): Promise<void> {
    const isReady = commit.warehouses.every(({ record }) => this.#warehouses.has(record))
    const statement = isReady ? this.#statementOf(commit) : null
    this.#behind = Promise.withResolvers()
    const { session, onSent } = await this.#behind.promise
    await this.#takeAndCommit(commit, session, statement, onSent)
  }

  async #takeAndCommit(
    commit: Commit,
    given: Session | null = null,
    statement: Statement | null = null,
    onSent: () => void = () => undefined,
  ): Promise<void> {
    try {
      const session = await this.#takeBehind(commit.before, given)
      await this.#commitIn(session, commit, statement, onSent)
    } finally {
      onSent()
    }
  }

  async #takeBehind(before: Head, given: Session | null): Promise<Session> {
    try {
      const session = given ?? (await this.#parts.database.session())
      this.#turn = session
      const { head } = await this.#inTurn(takeTurn)
      if (head.commit === before.commit && head.hash === before.hash) return session
      await this.abandon()
      throw new HeadMoved()
    } catch (error) {
      this.#failBehind()
      throw writeFault(error)
    }
  }

  async #commitIn(
    session: Session,
    commit: Commit,
    ready: Statement | null = null,
    onSent: () => void = () => undefined,
  ): Promise<void> {
    try {
      await this.#inTurn(async (turn) => {
        for (const { record } of commit.warehouses) await this.#warehouses.store(turn, record)
        const written = write(turn, ready ?? this.#statementOf(commit))
        onSent()
        await written
      })
      this.#tried = commit
      this.#turn = null
      await commitOn(session)
    } catch (error) {
      this.#failBehind()
      throw writeFault(error)
    }
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
    return statementOf(commit, {
      positions: this.#warehouses.positions,
      notify: this.#parts.notify,
    })
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

/** The end of the turn. */
async function commitOn(session: Session): Promise<void> {
  try {
    await commitDurably(session)
  } catch (error) {
    session.release(true)
    throw commitFault(error)
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
