// The shop's own statements, for PostgreSQL to commit with a command: written by hand, or from a query builder.
export {
  made,
  type MadeName,
  type MadeOf,
  type MadeValue,
  type BoundStatement,
  type SqlStatement,
} from '../model/also.ts'
export { fromDrizzle, fromKnex, fromKysely, fromPrisma, fromTypeORM } from './query-builders.ts'
export type {
  DrizzleQuery,
  KnexQuery,
  KyselyQuery,
  PrismaSql,
  TypeORMQuery,
} from './query-builders.ts'
