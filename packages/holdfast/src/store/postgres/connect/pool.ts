import { OperationalError } from '../../../model/operational-error.ts'
import { invalid } from '../../../model/limits.ts'
import { checkConnectionString } from './connection-string.ts'
import { CONNECT_MS } from './time-limits.ts'
import type { TransactionClient } from '../../transaction-client.ts'

/** What is used of `pg`: any version's pool will do, and nobody needs its types to compile. */
export interface PgPool {
  connect(done: (error: Error | undefined, client: PgClient | undefined) => void): void
  on(event: 'error', listener: (error: Error) => void): unknown
  end(): Promise<void>
}

export interface PgClient extends TransactionClient {
  /** What the driver of JavaScript has below, and others may not. */
  readonly connection?: { readonly stream?: { destroy(): unknown } }
  query(query: PgQuery): Promise<unknown>
  release(destroy?: boolean): void
}

export interface PgQuery {
  readonly text: string
  readonly values?: unknown[]
  readonly name?: string
  /** One statement and no more, even without values. */
  readonly queryMode?: 'extended'
  readonly rowMode: 'array'
  readonly types: { readonly getTypeParser: (oid: number) => (text: string) => unknown }
}

/** What a query returns; a list of these if its text held several statements. */
export interface PgResult {
  readonly command: string
  readonly rowCount: number | null
  readonly rows: unknown[][]
}

/** A connection for listening alone. */
export interface PgListener {
  connect(): Promise<unknown>
  query(text: string): Promise<unknown>
  end(): Promise<void>
  unref(): void
  on(event: 'error' | 'end', listener: (error?: Error) => void): unknown
  on(event: 'notification', listener: (message: { payload?: string | undefined }) => void): unknown
}

/** The parts of the module `pg` that are needed if the store makes its own connections. */
interface PgModule {
  Pool: new (options: object) => PgPool
  Client: new (options: object) => PgListener
}

/** One connection writes, or two, the others read. */
const OWN_POOL = {
  max: 10,
  connectionTimeoutMillis: CONNECT_MS,
  idleTimeoutMillis: 30_000,
  allowExitOnIdle: true,
  keepAlive: true,
  pipeline: true,
  fallback_application_name: 'holdfast',
}

/** @throws InvalidInputError */
export function checkPool(given: Partial<PgPool> | null | undefined, field: string): void {
  if (typeof given?.connect !== 'function') throw invalid(field, 'must be a pool of pg')
}

/** `pg` is asked for only here, so that a program without it can use the other stores. */
export async function makePool(connectionString: string): Promise<PgPool> {
  checkConnectionString(connectionString)
  const { Pool } = await loadPg()
  return new Pool({ ...OWN_POOL, connectionString })
}

export async function makeListener(connectionString: string): Promise<PgListener> {
  const { Client } = await loadPg()
  return new Client({
    connectionString,
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    fallback_application_name: 'holdfast listener',
  })
}

/** @throws OperationalError STORE_UNAVAILABLE if it is not installed */
async function loadPg(): Promise<PgModule> {
  try {
    const module = (await import('pg')) as unknown as PgModule & { default?: PgModule }
    return module.default ?? module
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause
    const message = 'the package pg is not there, which speaks to PostgreSQL: npm install pg'
    throw new OperationalError('STORE_UNAVAILABLE', message, { cause })
  }
}
