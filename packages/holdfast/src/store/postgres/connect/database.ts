import { OperationalError } from '../../../model/operational-error.ts'
import type { TransactionClient } from '../../transaction-client.ts'
import { isConnectionLost, messageOf, NoConnection, readFault } from './faults.ts'
import type { PgClient, PgPool } from './pool.ts'
import { ignore, Session, type Dialect } from './session.ts'
import { CONNECT_MS } from './time-limits.ts'

/** The pool, as the store's parts use it: sessions are counted, so that closing can wait for them. */
export class Database {
  readonly #pool: PgPool
  readonly #owned: boolean
  readonly #dialect: Dialect
  /** Of clients that are not the pool's: what is lost behind one of them says nothing of the others. */
  readonly #lentDialect: Dialect
  #sessions = 0
  #closing: Promise<void> | null = null
  #idle: (() => void) | null = null

  constructor(pool: PgPool, options: { owned: boolean; schema: string; prepare: boolean }) {
    this.#pool = pool
    this.#owned = options.owned
    const { schema, prepare } = options
    this.#dialect = {
      ...{ schema: quoted(schema), prepare, known: new Map(), shops: new Map() },
      ...{ heardAt: new WeakMap(), silentAt: -Infinity },
    }
    this.#lentDialect = { ...this.#dialect }
    guard(pool)
  }

  /** Whether the pool is nobody else's. */
  get isOwn(): boolean {
    return this.#owned
  }

  /** A connection of its own, to be released by the caller. @throws what the driver throws */
  async session(): Promise<Session> {
    this.#mustBeOpen()
    this.#sessions++
    try {
      return new Session(await this.#connectAlive(), this.#dialect, () => this.#letGo())
    } catch (error) {
      this.#letGo()
      throw error
    }
  }

  /**
   * On a client of somebody else's, which does not notice when it is given back. Closing waits for that, or until
   * `outlive` is called: the pool is not used. @throws OperationalError
   */
  lent(client: TransactionClient): { readonly session: Session; readonly outlive: () => void } {
    this.#mustBeOpen()
    this.#sessions++
    let isCounted = true
    const outlive = (): void => {
      if (isCounted) this.#letGo()
      isCounted = false
    }
    return { session: new Session(borrowed(client), this.#lentDialect, outlive), outlive }
  }

  /** For reads, and for what may be done twice. @throws OperationalError */
  async read<T>(work: (session: Session) => Promise<T>): Promise<T> {
    try {
      return await this.again(async () => this.using(work))
    } catch (error) {
      throw readFault(error)
    }
  }

  /** The same, all statements on one state. `settings` count until they are done. */
  async readAtOnce<T>(work: (session: Session) => Promise<T>, settings = ''): Promise<T> {
    return this.read(async (session) => {
      // Not awaited: what follows is sent after it. If it fails, the answers of the others are not used.
      const begun = session.script(`BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ${settings}`)
      begun.catch(ignore)
      const result = await work(session)
      await begun
      await session.script('ROLLBACK')
      return result
    })
  }

  /** Once more on another connection if one is dead, as all idle ones are after a restart. */
  async again<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work()
      } catch (error) {
        if (attempt === ATTEMPTS || !isConnectionLost(error)) throw error
      }
    }
  }

  /** Runs on a connection from the pool, which is closed if the work fails. */
  async using<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const session = await this.session()
    let done = false
    try {
      const result = await work(session)
      done = true
      return result
    } finally {
      session.release(!done)
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    if (this.#sessions > 0) await new Promise<void>((resolve) => (this.#idle = resolve))
    if (this.#owned) await this.#pool.end()
  }

  #mustBeOpen(): void {
    if (this.#closing !== null) throw new OperationalError('STORE_CLOSED', 'the store is closed')
  }

  #letGo(): void {
    this.#sessions--
    if (this.#sessions === 0) this.#idle?.()
  }

  /** Without those that lay idle when another one was found silent: each would be waited for as long as that. */
  async #connectAlive(): Promise<PgClient> {
    for (;;) {
      const client = await this.#connect()
      const { heardAt, silentAt } = this.#dialect
      if ((heardAt.get(client) ?? Infinity) > silentAt) return client
      client.release(true)
    }
  }

  /** The program's pool may have no time limit of its own. */
  async #connect(): Promise<PgClient> {
    const { promise: late, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(
      () => reject(new Error(`no connection was free for ${CONNECT_MS} ms`)),
      CONNECT_MS,
    )
    const connecting = connect(this.#pool)
    try {
      return await Promise.race([connecting, late])
    } catch (error) {
      connecting.then(
        (client) => {
          client.release()
          client.removeListener('error', ignore)
        },
        () => undefined,
      )
      throw new NoConnection(messageOf(error), { cause: error })
    } finally {
      clearTimeout(timer)
    }
  }
}

/** A pool may hold several dead connections before it notices. */
const ATTEMPTS = 4

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/**
 * By callback: the pool has just stopped listening for errors, and the server may have said good-bye in
 * the same piece of the wire, long before a promise is heard of. Nobody listening ends the process.
 */
async function connect(pool: PgPool): Promise<PgClient> {
  return new Promise((resolve, reject) => {
    pool.connect((error, client) => {
      if (client === undefined) {
        reject(error ?? new Error('the pool gave no connection'))
        return
      }
      client.on('error', ignore)
      resolve(client)
    })
  })
}

const heard = new WeakSet<TransactionClient>()

/**
 * The server may end a connection that holds the head and says nothing. Without a listener that would end the process
 * as well, also once we are done with it: the listener stays for good.
 */
function borrowed(client: TransactionClient): PgClient {
  if (!heard.has(client)) client.on('error', ignore)
  heard.add(client)
  return {
    pipeline: client.pipeline === true,
    query: (query) => client.query(query),
    on: (event, listener) => client.on(event, listener),
    removeListener: (event, listener) =>
      listener === ignore ? undefined : client.removeListener(event, listener),
    release: () => undefined,
  }
}

const guarded = new WeakSet<PgPool>()

/**
 * A restart of PostgreSQL ends idle connections; without a listener it would end the process as well.
 * The listener stays for good: connections may say something after the pool was ended.
 */
function guard(pool: PgPool): void {
  if (guarded.has(pool)) return
  guarded.add(pool)
  pool.on('error', ignore)
}
