import { invalid } from '../../model/limits.ts'
import { OperationalError } from '../../model/operational-error.ts'
import { StoreFailure } from '../failure.ts'
import type {
  BatchWriter,
  Commit,
  Head,
  HeadLock,
  Joined,
  JoinOptions,
  Loaded,
  Needs,
} from '../store.ts'
import type { TransactionClient } from '../transaction-client.ts'
import { statementOf, type CommitContext } from './write/commit.ts'
import type { Database } from './connect/database.ts'
import { messageOf, NOT_BEGUN, readFault, stateOf } from './connect/faults.ts'
import { CLOCK, LOCK } from './write/head-lock.ts'
import { load } from './write/load.ts'
import { SharedTail } from './read/posted.ts'
import { PostgresReader, type ReadWith } from './reader.ts'
import { MIGRATION_TABLE } from './schema/schema.ts'
import type { Session } from './connect/session.ts'
import { StoredWarehouses } from './write/stored-warehouses.ts'
import { SILENT_LOCK_MS } from './connect/time-limits.ts'
import { DURABLE, LIMITS, PLANNER } from './write/transaction.ts'
import {
  HEAD_AND_WAREHOUSES,
  headAndWarehouses,
  type HeadAndWarehouses,
} from './tables/warehouses.ts'

/**
 * A statement's time differs from its transaction's if the transaction was begun before it. It is sent as a script:
 * otherwise its parts would have times of their own. So the schema's name stands in it, in hexadecimal: it may be any.
 */
function fits(schema: string): string {
  const name = `convert_from(decode('${Buffer.from(schema).toString('hex')}', 'hex'), 'UTF8')`
  return `SELECT transaction_timestamp() <> statement_timestamp(),
    extract(epoch FROM transaction_timestamp())::text,
    current_setting('transaction_isolation'), current_setting('transaction_read_only') = 'on',
    EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = ${name} AND c.relname = '${MIGRATION_TABLE}')`
}

const HAS_HEAD = `SELECT count(*) FROM holdfast.commits WHERE number = $1 AND hash = decode($2, 'hex')`

/** Set while a batch is at work, and then what they were before. */
const KEPT = [
  'enable_hashjoin',
  'enable_mergejoin',
  'enable_seqscan',
  'jit',
  'lock_timeout',
  'statement_timeout',
] as const

const SETTINGS = `SELECT ${KEPT.map((name) => `current_setting('${name}')`).join()}`

/** Ends a transaction that would commit half of what was to be done. */
const SPOIL = `SELECT holdfast.must(false, '${NOT_BEGUN}', 'the transaction has to be rolled back')`

/** Clients that are at work for an `inTransaction`: two would write the same commit. */
const atWork = new WeakSet<TransactionClient>()

export interface JoinParts {
  readonly database: Database
  /** As it was given, without quotes. */
  readonly schema: string
  readonly notify: CommitContext['notify']
  /** Of those who read outside of it. */
  readonly tail: SharedTail
}

/** @throws InvalidInputError if the client does not fit; OperationalError */
export async function joinTransaction(
  { database, schema, notify, tail }: JoinParts,
  client: TransactionClient,
  { idleMs, known, outlived }: JoinOptions,
): Promise<Joined> {
  if (atWork.has(client)) throw invalid('client', 'is at work in another inTransaction')
  atWork.add(client)
  let session: Session | null = null
  try {
    const lent = database.lent(client)
    session = lent.session
    void outlived.then(lent.outlive)
    const began = await beganAt(session, schema)
    await mustHave(session, known)
    const transaction = new Transaction(session, {
      began,
      idleMs,
      notify,
      tail: new SharedTail(tail),
    })
    return {
      writer: transaction,
      reader: transaction.reader,
      leave: async () => {
        const fault = await transaction.leave()
        atWork.delete(client)
        return fault
      },
    }
  } catch (error) {
    session?.release()
    atWork.delete(client)
    throw error
  }
}

/** When the transaction began, by which it is known again. @throws InvalidInputError, OperationalError */
async function beganAt(session: Session, schema: string): Promise<string> {
  const [found] = await asked(session.script(fits(schema)))
  const [row] = found!.rows
  const [isWithin, began, isolation, readOnly, isThere] = row as [
    ...[isWithin: boolean, began: string, isolation: string],
    ...[readOnly: boolean, isThere: boolean],
  ]
  if (!isWithin)
    throw invalid(
      'client',
      'is not within a transaction: BEGIN first, on one client and not on a pool',
    )
  if (isolation !== 'read committed')
    throw invalid('client', `must be within a READ COMMITTED transaction; this is ${isolation}`)
  if (readOnly) throw invalid('client', 'is within a transaction that takes reads only')
  if (!isThere)
    throw invalid('client', `is in a database that has no inventory in the schema ${schema}`)
  return began
}

/** @throws InvalidInputError if it is the database of another inventory; OperationalError */
async function mustHave(session: Session, { commit, hash }: Head): Promise<void> {
  if (commit === 0) return
  const [row] = await asked(session.rows(HAS_HEAD, [commit, hash]))
  if (row![0] === 1) return
  throw invalid('client', `is in the database of another inventory: it lacks commit ${commit}`)
}

/** @throws InvalidInputError, OperationalError */
async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (stateOf(error) === '25P02')
      throw invalid('client', 'is within a transaction that has failed: roll it back')
    throw readFault(error)
  }
}

interface TransactionParts {
  /** What it sees of the log and nobody else may stays in it. */
  readonly tail: SharedTail
  readonly began: string
  readonly idleMs: number
  readonly notify: CommitContext['notify']
}

/** A caller's transaction, in which batches are written and read, and which only its caller ends. */
class Transaction implements BatchWriter {
  /** One after another: each looks at the head anew, which the caller may have set back to a savepoint. */
  readonly depth = 1
  readonly carry = null
  readonly headLock: HeadLock = {
    acquire: async () => this.#written(async (session) => this.#lock(session)),
    release: async () => {
      if (this.#before === null || this.#fault !== null) return
      await this.#written(async (session) => this.#setBack(session))
    },
  }
  readonly reader: PostgresReader
  readonly #session: Session
  readonly #parts: TransactionParts
  readonly #warehouses = new StoredWarehouses()
  readonly #underWay = new Set<Promise<unknown>>()
  /** What the settings were before those of the batch at work; null if none is. */
  #before: readonly string[] | null = null
  /** What was found when the head was locked last. */
  #found: HeadAndWarehouses | null = null
  #fault: OperationalError | null = null

  constructor(session: Session, parts: TransactionParts) {
    this.#session = session
    this.#parts = parts
    const read: ReadWith = async (work) => this.#within(work)
    const ways = { read, atOnce: read, patiently: read, tail: parts.tail }
    this.reader = new PostgresReader(ways, () => {
      throw new OperationalError('STORE_UNAVAILABLE', 'a transaction has no snapshots within it')
    })
  }

  async load(needs: Needs): Promise<Loaded> {
    return this.#written(async (session) => load(session, needs, this.#parts.tail))
  }

  async commit(commit: Commit): Promise<null> {
    await this.#written(async (session) => {
      for (const { record } of commit.warehouses) await this.#warehouses.store(session, record)
      const { positions } = this.#warehouses
      const { text, values } = statementOf(commit, { positions, notify: this.#parts.notify })
      const written = session.run(text, values)
      const setBack = this.#setBack(session)
      const [first] = await Promise.allSettled([written, setBack])
      if (first.status === 'rejected') throw first.reason
      await setBack
    })
    for (const { record } of commit.warehouses) this.#warehouses.isDurable(record)
    return null
  }

  async wasCommitted(): Promise<boolean> {
    throw new StoreFailure('only the caller commits', { outcome: 'not-committed' })
  }

  async recover(): ReturnType<BatchWriter['recover']> {
    if (this.#found === null)
      throw new StoreFailure('the head is not held', { outcome: 'not-committed' })
    const { head, warehouses, positions } = this.#found
    this.#warehouses.are(warehouses, positions)
    return { head, warehouses }
  }

  async leave(): Promise<Error | null> {
    await Promise.allSettled(this.#underWay)
    this.#session.release()
    return this.#fault
  }

  /** All in one message: others wait from here to the caller's COMMIT. */
  async #lock(session: Session): Promise<{ head: Head; now: number }> {
    const { began, idleMs } = this.#parts
    const limit = `current_setting('idle_in_transaction_session_timeout')`
    const results = await session.script(
      `${SETTINGS};
        SELECT holdfast.must(transaction_timestamp() <> statement_timestamp()
          AND extract(epoch FROM transaction_timestamp()) = ${began}, '${NOT_BEGUN}', 'it was ended');
        SELECT set_config('holdfast_tx.is_begun', 'on', true), ${PLANNER}, ${DURABLE}, ${LIMITS},
          set_config('idle_in_transaction_session_timeout',
            CASE WHEN ${limit}::interval BETWEEN '1 millisecond' AND '${idleMs} milliseconds'
              THEN ${limit} ELSE '${idleMs}' END, true);
        ${LOCK}; SELECT ${CLOCK}; ${HEAD_AND_WAREHOUSES}`,
      SILENT_LOCK_MS,
    )
    this.#before = results[0]!.rows[0] as string[]
    const [clock, found] = results.slice(-2)
    this.#found = headAndWarehouses(found!.rows)
    return { head: this.#found.head, now: clock!.rows[0]![0] as number }
  }

  async #setBack(session: Session): Promise<void> {
    const before = this.#before!
    this.#before = null
    const all = KEPT.map((name, index) => `set_config('${name}', '${before[index]}', true)`)
    await session.script(`SELECT set_config('holdfast_tx.is_begun', 'off', true), ${all.join()}`)
  }

  /** For the committer, which tells callers of it. @throws StoreFailure */
  async #written<T>(work: (session: Session) => Promise<T>): Promise<T> {
    try {
      return await this.#within(work)
    } catch (error) {
      const { message, cause } = error as OperationalError
      throw new StoreFailure(message, { outcome: 'not-committed', cause })
    }
  }

  /** Nothing more is done after an error. @throws OperationalError */
  async #within<T>(work: (session: Session) => Promise<T>): Promise<T> {
    if (this.#fault !== null) throw this.#fault
    const done = work(this.#session)
    this.#underWay.add(done)
    try {
      return await done
    } catch (error) {
      throw await this.#break(error)
    } finally {
      this.#underWay.delete(done)
    }
  }

  /** Most errors have ended the transaction already; one of the driver's may have left half of a batch in it. */
  async #break(cause: unknown): Promise<OperationalError> {
    if (this.#fault !== null) return this.#fault
    const why = 'roll the transaction back: an error has ended it'
    this.#fault = new OperationalError('STORE_UNAVAILABLE', `${why}: ${messageOf(cause)}`, {
      cause,
    })
    await Promise.allSettled([this.#session.rows(SPOIL)])
    return this.#fault
  }
}
