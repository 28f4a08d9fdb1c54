import type { BoundStatement } from '../model/also.ts'
import { methodOf, notA, statement } from './statement.ts'

/** What Drizzle's `db.insert(…)` and the like return, and what `dialect.sqlToQuery(…)` returns. */
export type DrizzleQuery = { toSQL(): DrizzleSql } | DrizzleSql
interface DrizzleSql {
  readonly sql: string
  readonly params: readonly unknown[]
}

/** Kysely's queries, and what `compile()` returns. */
export type KyselyQuery = { compile(): KyselyCompiled } | KyselyCompiled
interface KyselyCompiled {
  readonly sql: string
  readonly parameters: readonly unknown[]
}

/** Knex's query builders and `knex.raw(…)`. */
export interface KnexQuery {
  toSQL(): { toNative(): { readonly sql: string; readonly bindings: readonly unknown[] } }
}

/** TypeORM's query builders. */
export interface TypeORMQuery {
  getQueryAndParameters(): [query: string, parameters: unknown[]]
}

/** The result of ``Prisma.sql`…` ``. */
export interface PrismaSql {
  readonly text: string
  readonly values: readonly unknown[]
}

/**
 * The statement of a Drizzle query. Render a bare ``sql`…` `` first: `new PgDialect().sqlToQuery(…)`.
 * @example
 * const order = db.insert(orders).values({ id: 'o-1', reservationId: sql`${made('reservationId')}` })
 * await inventory.reserve(command, { also: [fromDrizzle(order)] })
 * @throws TypeError if it is not a query for PostgreSQL, or has a placeholder without a value
 */
export function fromDrizzle(query: DrizzleQuery): BoundStatement {
  const wanted = 'a query of Drizzle, with toSQL(), or the result of new PgDialect().sqlToQuery()'
  const { sql, params } = built('fromDrizzle', query, 'params', 'toSQL', wanted)
  const found = statement('fromDrizzle', sql, params)
  for (const value of found.values) {
    const name = placeholderOf(value)
    if (name !== undefined)
      throw new TypeError(`fromDrizzle: sql.placeholder('${name}') has no value in the query`)
  }
  return found
}

/**
 * The statement of a Kysely query.
 * @example
 * const row = { id: 'o-1', reservation_id: sql<string>`${made('reservationId')}` }
 * const order = db.insertInto('orders').values(row)
 * await inventory.reserve(command, { also: [fromKysely(order)] })
 * @throws TypeError if it is not a query for PostgreSQL
 */
export function fromKysely(query: KyselyQuery): BoundStatement {
  const wanted = 'a query of Kysely, with compile()'
  const { sql, parameters } = built('fromKysely', query, 'parameters', 'compile', wanted)
  return statement('fromKysely', sql, parameters)
}

/**
 * The statement of a Knex query.
 * @example
 * const order = knex('orders').insert({ id: 'o-1', reservation_id: made('reservationId') })
 * await inventory.reserve(command, { also: [fromKnex(order)] })
 * @throws TypeError if it is not a query for PostgreSQL
 */
export function fromKnex(query: KnexQuery): BoundStatement {
  const wanted = 'a query of Knex, with toSQL().toNative()'
  const compiled = methodOf('fromKnex', query, 'toSQL', wanted)()
  if (Array.isArray(compiled))
    throw new TypeError('fromKnex: this is a list of statements; pass one query at a time')
  const { sql, bindings } = methodOf('fromKnex', compiled, 'toNative', wanted)()
  return statement('fromKnex', sql, bindings)
}

/**
 * The statement of a TypeORM query builder. Subscribers and listeners are not called.
 * @example
 * const order = dataSource.createQueryBuilder().insert().into(Order)
 *   .values({ id: 'o-1', reservationId: () => ':reservationId' })
 *   .setParameter('reservationId', made('reservationId'))
 * await inventory.reserve(command, { also: [fromTypeORM(order)] })
 * @throws TypeError if it is not a query for PostgreSQL
 */
export function fromTypeORM(query: TypeORMQuery): BoundStatement {
  const wanted = 'a query builder of TypeORM, with getQueryAndParameters()'
  const answer = methodOf('fromTypeORM', query, 'getQueryAndParameters', wanted)()
  return statement('fromTypeORM', answer[0], answer[1])
}

/**
 * The statement of ``Prisma.sql`…` ``. Prisma's other queries have no SQL text to use.
 * @example
 * const order = Prisma.sql`INSERT INTO orders (id, reservation_id)
 *   VALUES (${'o-1'}, ${made('reservationId')})`
 * await inventory.reserve(command, { also: [fromPrisma(order)] })
 * @throws TypeError if it is anything else
 */
export function fromPrisma(sql: PrismaSql): BoundStatement {
  const { text, values } = fieldsOf(sql)
  if (typeof text !== 'string' || !Array.isArray(values))
    throw notA('fromPrisma', 'Prisma.sql`…`, with text and values', sql)
  return statement('fromPrisma', text, values.map(prismaValue))
}

/** What the method returns, unless the query is already built. */
function built(
  adapter: string,
  query: unknown,
  values: string,
  method: string,
  wanted: string,
): Record<string, unknown> {
  const { sql, [values]: list } = fieldsOf(query)
  if (typeof sql === 'string' && Array.isArray(list)) return fieldsOf(query)
  return methodOf(adapter, query, method, wanted)()
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

/** The name of a Drizzle placeholder, also inside a column's parameter. */
function placeholderOf(value: unknown): string | undefined {
  const kind = Symbol.for('drizzle:entityKind')
  const { constructor, name, value: inner } = fieldsOf(value)
  const named = (constructor as { readonly [kind]?: unknown } | undefined)?.[kind]
  if (named === 'Placeholder') return String(name)
  return named === 'Param' ? placeholderOf(inner) : undefined
}

/** As Prisma sends it: times in UTC, even to a column without a time zone; decimals as digits. */
function prismaValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(prismaValue)
  if (value instanceof Date) return value.toISOString()
  return isDecimal(value) ? value.toFixed() : value
}

function isDecimal(value: unknown): value is { toFixed(): string } {
  const { s: sign, e: exponent, d: digits, toFixed } = fieldsOf(value)
  return (
    typeof sign === 'number' &&
    typeof exponent === 'number' &&
    Array.isArray(digits) &&
    typeof toFixed === 'function'
  )
}
