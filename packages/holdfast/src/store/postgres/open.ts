import { randomUUID } from 'node:crypto'

import { checkFlags, checkOptions, invalid } from '../../model/limits.ts'
import { OperationalError } from '../../model/operational-error.ts'
import { RUN_COMMITS } from '../../postings/run.ts'
import type { OpenStore, Store } from '../store.ts'
import { Carrier, type CarryLimits } from './write/carry.ts'
import { checkConnectionString } from './connect/connection-string.ts'
import { Database } from './connect/database.ts'
import { isForbidden, readFault } from './connect/faults.ts'
import { inspectSchema, inspectServer, mayNotMigrate, mustBeCurrent } from './schema/inspect.ts'
import { joinTransaction } from './joined-transaction.ts'
import { Leases } from './follow/leases.ts'
import { Listener } from './follow/listener.ts'
import { migrateSchema } from './schema/migrate.ts'
import { checkPool, makeListener, makePool, type PgPool } from './connect/pool.ts'
import { PostgresPostings } from './postings.ts'
import { SharedTail } from './read/posted.ts'
import { PostgresReader } from './reader.ts'
import { mustHaveRights } from './schema/rights.ts'
import { checkSchemaName, MIGRATIONS } from './schema/schema.ts'
import type { Session } from './connect/session.ts'
import { openSnapshot } from './snapshot.ts'
import { LOCK_MS, STATEMENT_MS, TAKES_ITS_TIME } from './connect/time-limits.ts'
import { PostgresWriter } from './writer.ts'

export interface PostgresOptions {
  /**
   * The program's own pool, of the package `pg`; it is not ended when the inventory is closed. Made with
   * `pipeline: true`, a batch goes in one go; without, a trip for each statement. Without
   * `allowExitOnIdle: true`, its idle connections keep the process alive.
   */
  readonly pool?: PgPool | undefined
  /** Instead of a pool: one is made, and ended with the inventory. Needs the package `pg`. */
  readonly connectionString?: string | undefined
  /** The PostgreSQL schema that holds the tables. Default: `holdfast`. */
  readonly schema?: string | undefined
  /** Makes the schema and brings it up to date; false for a role that may not. */
  readonly migrate?: boolean | undefined
  /** Prepares statements under names; false for poolers in transaction mode that lose them. */
  readonly prepare?: boolean | undefined
  /**
   * Where to listen for other processes' commits: a connection string that leads to PostgreSQL itself,
   * past any pooler. With a connection string of its own the store listens there; false listens nowhere.
   */
  readonly listen?: string | false | undefined
  /** Whether to notify on commit; false if nobody listens. */
  readonly notify?: boolean | undefined
  /**
   * The role that statements of `also` are run as, which the store's own role must be a member of: one without rights on
   * our schema. It guards against mistakes, not against whoever writes the statements. Default: the store's own role.
   */
  readonly alsoRole?: string | undefined
  /** How long a statement of `also` waits for a lock, in milliseconds: 1 to 2,000. Default: 100. */
  readonly alsoLockMs?: number | undefined
  /**
   * How long a statement of `also` may take, in milliseconds: 1 to 2,000; all of a commit together twice as long.
   * Default: 250.
   */
  readonly alsoStatementMs?: number | undefined
}

const KNOWN: ReadonlySet<string> = new Set<keyof PostgresOptions>([
  ...(['pool', 'connectionString', 'schema', 'migrate', 'prepare', 'listen', 'notify'] as const),
  ...(['alsoRole', 'alsoLockMs', 'alsoStatementMs'] as const),
])

const FLAGS = ['migrate', 'prepare', 'notify'] as const

export class PostgresStore implements Store {
  readonly kind = 'postgres'
  readonly #options: PostgresOptions
  readonly #schema: string
  readonly #runCommits: number

  /** Shorter runs are for tests. */
  constructor(options: PostgresOptions, runCommits = RUN_COMMITS) {
    this.#runCommits = runCommits
    checkOptions(options, KNOWN)
    const { schema = 'holdfast' } = options
    checkPlace(options)
    checkSchemaName(schema)
    checkFlags(options, FLAGS)
    carryLimits(options)
    this.#options = { ...options }
    this.#schema = schema
  }

  async open({ readOnly }: { readonly readOnly: boolean }): Promise<OpenStore> {
    const { pool, connectionString, prepare = true, notify = true } = this.#options
    const database = new Database(pool ?? (await makePool(connectionString!)), {
      owned: pool === undefined,
      schema: this.#schema,
      prepare,
    })
    try {
      await database.again(async () => this.#prepareSchema(database, readOnly))
    } catch (error) {
      await database.close()
      throw readFault(error)
    }
    const tail = new SharedTail()
    const reader = new PostgresReader(
      {
        tail,
        read: async (work) => database.read(work),
        atOnce: async (work) => database.readAtOnce(work),
        patiently: async (work) => database.readAtOnce(work, TAKES_ITS_TIME),
      },
      async () => openSnapshot(database),
    )
    const self = randomUUID()
    const channel = `holdfast ${this.#schema}`
    const listener = this.#listener(channel, self)
    if (readOnly)
      return {
        writer: null,
        reader,
        postings: null,
        close: async () => closeAll(listener, null, database),
      }
    const leases = new Leases(database, self)
    const limits = carryLimits(this.#options)
    const patient = { ...limits, lockMs: LOCK_MS, statementMs: STATEMENT_MS }
    const writer = new PostgresWriter({
      database,
      tail,
      leases,
      carrier: new Carrier(database, limits),
      patientCarrier: new Carrier(database, patient),
      watch: listener === null ? null : (wake) => listener.watch(wake),
      notify: notify ? { channel, from: self } : null,
    })
    // Not `self`: this process has to hear of the caller's COMMIT as well.
    const parts = {
      database,
      tail,
      schema: this.#schema,
      notify: notify ? { channel, from: 'caller' } : null,
    }
    return {
      writer,
      reader,
      postings: new PostgresPostings(database, tail, this.#runCommits),
      join: async (client, how) => joinTransaction(parts, client, how),
      close: async () => closeAll(listener, leases, database, writer),
    }
  }

  async #prepareSchema(database: Database, readOnly: boolean): Promise<void> {
    await this.#makeSchema(database, readOnly)
    if (!readOnly) await database.using(mustHaveRights)
  }

  async #makeSchema(database: Database, readOnly: boolean): Promise<void> {
    const found = await database.using(async (session) => {
      await inspectServer(session, !readOnly)
      await mustBeMember(session, this.#options.alsoRole)
      return inspectSchema(session, this.#schema)
    })
    if (!readOnly && this.#options.migrate !== false) {
      if (found.version === MIGRATIONS.length) return
      try {
        await database.using(async (session) => migrateSchema(session, this.#schema))
      } catch (error) {
        throw isForbidden(error) ? mayNotMigrate(found, this.#schema, error) : error
      }
    } else mustBeCurrent(found, this.#schema)
  }

  #listener(channel: string, self: string): Listener | null {
    const { listen = this.#options.connectionString ?? false } = this.#options
    return listen === false ? null : new Listener(async () => makeListener(listen), channel, self)
  }
}

async function closeAll(
  listener: Listener | null,
  leases: Leases | null,
  database: Database,
  writer?: PostgresWriter,
): Promise<void> {
  await writer?.headLock.release()
  await Promise.all([listener?.close(), leases?.close()])
  await database.close()
}

/** @throws InvalidInputError */
function checkPlace(options: PostgresOptions): void {
  const { pool, connectionString, listen } = options
  if (pool === undefined && connectionString === undefined && 'connectionString' in options)
    throw invalid('connectionString', 'is undefined: is the variable set that it comes from?')
  if ((pool === undefined) === (connectionString === undefined))
    throw invalid('pool', 'or connectionString must be given, and not both')
  if (pool !== undefined) checkPool(pool, 'pool')
  if (connectionString !== undefined) checkConnectionString(connectionString)
  if (listen !== undefined && listen !== false) checkConnectionString(listen, 'listen')
}

const MOST_MS = 2000

/** @throws InvalidInputError */
function carryLimits({
  alsoRole,
  alsoLockMs = 100,
  alsoStatementMs = 250,
}: PostgresOptions): CarryLimits {
  for (const [name, ms] of Object.entries({ alsoLockMs, alsoStatementMs })) {
    if (!Number.isInteger(ms) || ms < 1 || ms > MOST_MS)
      throw invalid(name, `must be a whole number of milliseconds from 1 to ${MOST_MS}`)
  }
  if (alsoRole !== undefined && (typeof alsoRole !== 'string' || alsoRole === ''))
    throw invalid('alsoRole', 'must be the name of a role')
  return { role: alsoRole ?? null, lockMs: alsoLockMs, statementMs: alsoStatementMs }
}

/** @throws OperationalError STORE_UNAVAILABLE */
async function mustBeMember(session: Session, role: string | undefined): Promise<void> {
  if (role === undefined) return
  const [row] = await session.rows(
    'SELECT count(*) FROM pg_roles WHERE rolname = $1 AND pg_has_role(oid, $2)',
    [role, 'MEMBER'],
  )
  if (row![0] === 1) return
  const message = `alsoRole: there is no role ${role} that this one is a member of`
  throw new OperationalError('STORE_UNAVAILABLE', message)
}
