import { createHash } from 'node:crypto'

import { isStatementLost, NoConnection } from './faults.ts'
import type { PgClient, PgQuery, PgResult } from './pool.ts'
import { SILENT_MS } from './time-limits.ts'
import { PARSERS } from './values.ts'

export type Row = readonly unknown[]

/** How statements are sent. */
export interface Dialect {
  /** The schema, as an identifier in SQL. */
  readonly schema: string
  /** Whether statements are prepared under a name; off once one was lost behind a pooler. */
  prepare: boolean
  /** Texts and names that were worked out already. */
  readonly known: Map<string, { readonly text: string; readonly name: string }>
}

/** A connection while it is ours; whoever made it one listens for its errors with `ignore`. */
export class Session {
  readonly #client: PgClient
  readonly #dialect: Dialect
  readonly #onRelease: () => void
  #gone = false
  /** Kept when the statement sent last was answered. */
  #answered: Promise<unknown> = Promise.resolve()
  #warning: Error | null = null

  /** `onRelease` is told once, when the connection is given back. */
  constructor(client: PgClient, dialect: Dialect, onRelease: () => void) {
    this.#client = client
    this.#dialect = dialect
    this.#onRelease = onRelease
    client.on('notice', this.#onNotice)
  }

  /** What a function of somebody's warns of, in a trigger, has a place in it, and is no concern of ours. */
  readonly #onNotice = (notice: Error): void => {
    const { severity, where } = notice as { severity?: string; where?: string }
    if (severity === 'WARNING' && where === undefined) this.#warning ??= notice
  }

  get schema(): string {
    return this.#dialect.schema
  }

  /** What the server warned of since the last call. */
  takeWarning(): Error | null {
    const warning = this.#warning
    this.#warning = null
    return warning
  }

  /** Runs one statement; prepared, where that is allowed. */
  async run(sql: string, values: unknown[] = []): Promise<PgResult> {
    const { text, name } = this.#localised(sql)
    const query = { text, values, rowMode: 'array' as const, types: PARSERS }
    if (!this.#dialect.prepare) return (await this.#send(query)) as PgResult
    try {
      return (await this.#send({ ...query, name })) as PgResult
    } catch (error) {
      // It was prepared on another of the server's connections: from now on none is.
      if (isStatementLost(error)) this.#dialect.prepare = false
      throw error
    }
  }

  /** The rows of a statement that is not worth preparing. */
  async rows(sql: string, values: unknown[] = []): Promise<unknown[][]> {
    const { text } = this.#localised(sql)
    const query = { text, values, rowMode: 'array' as const, types: PARSERS }
    return ((await this.#send(query)) as PgResult).rows
  }

  /** Several statements in one message; the results in order. */
  async script(sql: string, silentMs?: number): Promise<PgResult[]> {
    // Not among the texts that are known: it may be another one each time.
    const text = inSchema(sql, this.schema)
    const results = await this.#send({ text, rowMode: 'array', types: PARSERS }, silentMs)
    return Array.isArray(results) ? (results as PgResult[]) : [results as PgResult]
  }

  /** Gives the connection back; `broken` closes it, whatever state it is in. */
  release(broken = false): void {
    if (this.#gone) return
    this.#gone = true
    this.#client.removeListener('notice', this.#onNotice)
    this.#client.release(broken)
    // The listener for errors stays on a broken one: it may have more to say.
    if (!broken) this.#client.removeListener('error', ignore)
    this.#onRelease()
  }

  /** Behind those that are not answered yet; at once where the driver can, else after their answers. */
  async #send(query: PgQuery, silentMs = SILENT_MS): Promise<unknown> {
    if (this.#gone) throw new Error('the connection was given back')
    const before = this.#answered
    const answer =
      this.#client.pipeline === true
        ? this.#client.query(query)
        : before.then(async () => this.#client.query(query))
    const heard = this.#heard(before, answer, silentMs)
    this.#answered = heard.catch(ignore)
    return heard
  }

  /** The answer; or that none came, for so long since the answer before. */
  async #heard(before: Promise<unknown>, answer: Promise<unknown>, silentMs: number) {
    answer.catch(ignore)
    await before
    const silence = Promise.withResolvers<never>()
    const giveUp = (): void => {
      silence.reject(new NoConnection(`the database said nothing for ${silentMs} ms`))
      this.release(true)
      // Which the driver does only once all was answered that it has sent.
      this.#client.connection?.stream?.destroy()
    }
    if (this.#gone) giveUp()
    const timer = setTimeout(giveUp, silentMs)
    try {
      return await Promise.race([answer, silence.promise])
    } finally {
      clearTimeout(timer)
    }
  }

  #localised(sql: string): { readonly text: string; readonly name: string } {
    const { known, schema } = this.#dialect
    let found = known.get(sql)
    if (found === undefined) {
      const text = inSchema(sql, schema)
      const hash = createHash('sha256').update(text).digest('hex').slice(0, 24)
      known.set(sql, (found = { text, name: `holdfast_${hash}` }))
    }
    return found
  }
}

/** All SQL here says `holdfast.` where the schema's name goes, or SCHEMA holdfast. */
export function inSchema(sql: string, schema: string): string {
  return sql
    .split(/\bholdfast(?=\.\w)|(?<=\bCREATE SCHEMA (?:IF NOT EXISTS )?)holdfast\b/)
    .join(schema)
}

/** What listens for a connection's errors as long as it is ours. */
export function ignore(): void {
  // The query under way fails with it; an idle connection is the pool's to remove.
}
