import type { Database } from '../connect/database.ts'

/** Who leads renews in time; when it is gone, another takes over after so long. */
const LEASE_MS = 5_000
const RENEW_MS = 1_000

/**
 * A handler may take longer than a lease. So long after it was last asked for, a lease is renewed
 * without being asked for.
 */
const KEEP_MS = 30_000

/** By the clock of the database alone; a row, because a pooler would lose a lock of the session's. */
const LEAD = `INSERT INTO holdfast.lease AS l (name, holder, expires_at)
  VALUES ($1, $2::uuid, clock_timestamp() + interval '${LEASE_MS} ms')
  ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at
  WHERE l.holder = excluded.holder OR l.expires_at < clock_timestamp()`

const RESIGN_ALL = 'DELETE FROM holdfast.lease WHERE holder = $1::uuid'
const RESIGN = `${RESIGN_ALL} AND name = $2`

interface Lease {
  /** Monotonic time at which it was last renewed, and asked for. */
  renewedAt: number
  askedAt: number
}

/** What this process leads. */
export class Leases {
  readonly #database: Database
  readonly #holder: string
  readonly #held = new Map<string, Lease>()
  /** What is asked of the database now, by name: one after another, as connections keep no order. */
  readonly #asking = new Map<string, Promise<unknown>>()
  readonly #timer: NodeJS.Timeout

  constructor(database: Database, holder: string) {
    this.#database = database
    this.#holder = holder
    this.#timer = setInterval(() => void this.#renew(), RENEW_MS)
    this.#timer.unref()
  }

  async lead(name: string): Promise<boolean> {
    const lease = this.#held.get(name)
    const now = performance.now()
    if (lease !== undefined) {
      lease.askedAt = now
      // Fresh enough: a consumer asks before every page.
      if (now - lease.renewedAt < RENEW_MS && !this.#asking.has(name)) return true
    }
    return this.#inLine(name, async () => this.#ask(name, now))
  }

  /** Lets go of one. */
  async resign(name: string): Promise<void> {
    this.#held.delete(name)
    await this.#inLine(name, async () => {
      this.#held.delete(name)
      await this.#database.using(async (session) => session.rows(RESIGN, [this.#holder, name]))
    })
  }

  /** Lets go of all of them, so that others need not wait. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    if (this.#held.size === 0) return
    this.#held.clear()
    try {
      await this.#database.using(async (session) => session.rows(RESIGN_ALL, [this.#holder]))
    } catch {
      // They run out by themselves.
    }
  }

  async #ask(name: string, askedAt: number): Promise<boolean> {
    const renewedAt = performance.now()
    const { rowCount } = await this.#database.again(async () =>
      this.#database.using(async (session) => session.run(LEAD, [name, this.#holder])),
    )
    if (rowCount === 0) this.#held.delete(name)
    else this.#held.set(name, { renewedAt, askedAt })
    return rowCount !== 0
  }

  async #renew(): Promise<void> {
    const now = performance.now()
    for (const [name, { askedAt, renewedAt }] of this.#held) {
      if (now - askedAt > KEEP_MS) this.#held.delete(name)
      else if (now - renewedAt >= RENEW_MS) {
        // Not reached now: the next one who asks hears of it.
        await this.#inLine(name, async () => this.#renewOne(name, askedAt)).catch(() => undefined)
      }
    }
  }

  async #renewOne(name: string, askedAt: number): Promise<void> {
    // It may have been given back meanwhile.
    if (this.#held.has(name)) await this.#ask(name, askedAt)
  }

  async #inLine<T>(name: string, work: () => Promise<T>): Promise<T> {
    const done = (this.#asking.get(name) ?? Promise.resolve()).then(work)
    const ended = done.catch(() => undefined)
    this.#asking.set(name, ended)
    try {
      return await done
    } finally {
      if (this.#asking.get(name) === ended) this.#asking.delete(name)
    }
  }
}
