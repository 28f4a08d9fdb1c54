import { randomUUID } from 'node:crypto'

import type { OpenStore, Store } from '../store.ts'
import { Database } from './database.ts'
import { isForbidden, readFault } from './faults.ts'
import { inspectSchema, inspectServer, mayNotMigrate, mustBeCurrent } from './inspect.ts'
import { Leases } from './leases.ts'
import { Listener } from './listener.ts'
import { migrateSchema } from './migrate.ts'
import { makeListener, makePool, type PgPool } from './pool.ts'
import { PostgresReader } from './reader.ts'
import { checkSchemaName, MIGRATIONS } from './schema.ts'
import { openSnapshot } from './snapshot.ts'
import { PostgresWriter } from './writer.ts'

export interface PostgresOptions {
  /**
   * The program's own pool, of the package `pg`; it is not ended when the inventory is closed. Made with
   * `pipeline: true`, a batch goes in one go; without, a trip for each statement.
   */
  readonly pool?: PgPool | undefined
  /** Instead of a pool: one is made, and ended with the inventory. Needs the package `pg`. */
  readonly connectionString?: string | undefined
  /** The PostgreSQL schema that holds the tables; `holdfast` where it is left out. */
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
  /** Tells those who listen; false where nobody does. */
  readonly notify?: boolean | undefined
}

export class PostgresStore implements Store {
  readonly kind = 'postgres'
  readonly #options: PostgresOptions
  readonly #schema: string

  constructor(options: PostgresOptions) {
    const { pool, connectionString, schema = 'holdfast' } = options
    if ((pool === undefined) === (connectionString === undefined)) {
      throw new TypeError('postgres() takes either a pool or a connectionString')
    }
    checkSchemaName(schema)
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
    const reader = new PostgresReader(
      async (work) => database.read(work),
      async () => openSnapshot(database),
    )
    const self = randomUUID()
    const channel = `holdfast ${this.#schema}`
    const listener = this.#listener(channel, self)
    if (readOnly)
      return { writer: null, reader, close: async () => closeAll(listener, null, database) }
    const leases = new Leases(database, self)
    const writer = new PostgresWriter({
      database,
      leases,
      watch: listener === null ? null : (wake) => listener.watch(wake),
      notify: notify ? { channel, from: self } : null,
    })
    return { writer, reader, close: async () => closeAll(listener, leases, database, writer) }
  }

  async #prepareSchema(database: Database, readOnly: boolean): Promise<void> {
    const found = await database.using(async (session) => {
      await inspectServer(session, !readOnly)
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
  await writer?.abandon()
  await Promise.all([listener?.close(), leases?.close()])
  await database.close()
}
