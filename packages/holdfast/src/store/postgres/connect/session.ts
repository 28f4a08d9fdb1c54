import { createHash } from 'node:crypto'

import type { BoundStatement } from '../../../model/also.ts'
import { isDriverError, isPlanLost, isStatementLost, NoConnection } from './faults.ts'
import type { PgClient, PgQuery, PgResult } from './pool.ts'
import { SILENT_MS } from './time-limits.ts'
import { NO_PARSERS, PARSERS } from './values.ts'

export type Row = readonly unknown[]

/** How statements are sent. */
export interface Dialect {
  /** The schema, as an identifier in SQL. */
  readonly schema: string
  /** Whether statements are prepared under a name; off once one was lost behind a pooler. */
  prepare: boolean
  /** Texts and names that were worked out already. */
  readonly known: Map<string, { readonly text: string; readonly name: string }>
  /** How often each text of a shop's own was sent. */
  readonly shops: Map<string, number>
  /** When a connection was last given back in order, by our own clock. */
  readonly heardAt: WeakMap<PgClient, number>
  /** When a connection was last found silent: those that were given back before may be as dead. */
  silentAt: number
}

/** So many of a shop's own texts are prepared, each from the second time on. */
const SHOPS_TEXTS = 200

/** The code of what the server only mentions. */
const NO_WARNING = '00000'

/** A connection while it is ours; whoever made it one listens for its errors with `ignore`. */
export class Session {
  readonly #client: PgClient
  readonly #dialect: Dialect
  readonly #onRelease: () => void
  #gone = false
  /** Kept when the statement sent last was answered. */
  #answered: Promise<unknown> = Promise.resolve()
  #warning: Error | null = null
  /** Why the server ended the connection between statements: what is sent after that fails without saying so. */
  #lost: Error | null = null
  /** Sent before it is given back. */
  #reset: string | null = null
  #isSpoilt = false

  /** `onRelease` is told once, when the connection is given back. */
  constructor(client: PgClient, dialect: Dialect, onRelease: () => void) {
    this.#client = client
    this.#dialect = dialect
    this.#onRelease = onRelease
    client.on('notice', this.#onNotice)
    client.on('error', this.#onLost)
  }

  /**
   * What a function of somebody's warns of, in a trigger, has a place in it, and is no concern of ours. The code says
   * what a warning is: the server names its severity in its own language.
   */
  readonly #onNotice = (notice: Error): void => {
    const { code, where } = notice as { code?: string; where?: string }
    if (code !== NO_WARNING && where === undefined) this.#warning ??= notice
  }

  readonly #onLost = (error: Error): void => {
    this.#lost ??= error
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

  /** Runs one statement; prepared, if that is allowed. */
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

  /** Runs a statement of the shop's own. What it returns is not looked at. */
  async runShops({ text, values }: BoundStatement): Promise<unknown> {
    const query = { text, values: [...values], rowMode: 'array' as const, types: NO_PARSERS }
    const name = this.#nameOf(text)
    if (name === null) return this.#send({ ...query, queryMode: 'extended' })
    try {
      return await this.#send({ ...query, name })
    } catch (error) {
      if (isPlanLost(error)) this.#dialect.shops.set(text, -Infinity)
      else if (isStatementLost(error)) this.#dialect.prepare = false
      throw error
    }
  }

  /** Null if it is not prepared under a name. */
  #nameOf(text: string): string | null {
    const { shops, prepare } = this.#dialect
    if (!prepare) return null
    const times = (shops.get(text) ?? 0) + 1
    if (times > 1 || shops.size < SHOPS_TEXTS) shops.set(text, times)
    return times > 1 ? nameOf(text) : null
  }

  /** Given back, it is closed. */
  spoil(): void {
    this.#isSpoilt = true
  }

  /** What is sent before it is given back: somebody else's settings may have been changed. */
  resetBy(script: string): void {
    this.#reset = script
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
  release(isBroken = false): void {
    if (this.#gone) return
    const broken = isBroken || this.#isSpoilt
    if (this.#reset !== null && !broken) {
      const reset = this.#reset
      this.#reset = null
      this.script(reset).then(
        () => this.release(),
        () => this.release(true),
      )
      return
    }
    this.#gone = true
    this.#client.removeListener('notice', this.#onNotice)
    this.#client.removeListener('error', this.#onLost)
    if (!broken) this.#dialect.heardAt.set(this.#client, performance.now())
    this.#client.release(broken)
    // The listener for errors stays on a broken one: it may have more to say.
    if (!broken) this.#client.removeListener('error', ignore)
    this.#onRelease()
  }

  /** After those that are not answered yet; at once if the driver can, else after their answers. */
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
      this.#dialect.silentAt = performance.now()
      this.release(true)
      // Which the driver does only once all was answered that it has sent.
      this.#client.connection?.stream?.destroy()
    }
    if (this.#gone) giveUp()
    const timer = setTimeout(giveUp, silentMs)
    try {
      return await Promise.race([answer, silence.promise])
    } catch (error) {
      if (this.#lost === null || !isDriverError(error)) throw error
      throw new Error(this.#lost.message, { cause: error })
    } finally {
      clearTimeout(timer)
    }
  }

  #localised(sql: string): { readonly text: string; readonly name: string } {
    const { known, schema } = this.#dialect
    let found = known.get(sql)
    if (found === undefined) {
      const text = inSchema(sql, schema)
      known.set(sql, (found = { text, name: nameOf(text) }))
    }
    return found
  }
}

function nameOf(text: string): string {
  return `holdfast_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`
}

/** Looks like a call, and is syntax: `unnest` of several arrays, too. */
const SYNTAX = /coalesce\(|extract\(|greatest\(|least\(|nullif\(|trim\(|unnest\(\$\d+::\w+\[\],/
/** A call, as all SQL here writes one: in small letters, and without a space. Comments and texts are passed over. */
const CALLS = new RegExp(`--.*|'[^']*'|"[^"]*"|(?<![.\\w])(?!${SYNTAX.source})[a-z]\\w*\\(`, 'g')

/**
 * All SQL here says `holdfast.` where the schema's name goes, or SCHEMA holdfast. Functions are PostgreSQL's own, even
 * if the search path has others of the same name.
 */
export function inSchema(sql: string, schema: string): string {
  return sql
    .replace(CALLS, (found) => (found.endsWith('(') ? `pg_catalog.${found}` : found))
    .split(/\bholdfast(?=\.\w)|(?<=\bCREATE SCHEMA (?:IF NOT EXISTS )?)holdfast\b/)
    .join(schema)
}

/** What listens for a connection's errors as long as it is ours. */
export function ignore(): void {
  // The query under way fails with it; an idle connection is the pool's to remove.
}
