import { checkConnectionString, checkSchemaName } from 'holdfast/postgres'
import { UsageError } from './failure.ts'

/** A schema in a database, as --db names it: postgres://user@host/database?schema=shop */
export interface PostgresPlace {
  readonly connectionString: string
  readonly schema: string | undefined
  /** Without the password: for people and logs. */
  readonly shown: string
}

/** Null if --db names something else. @throws UsageError */
export function postgresPlace(db: string): PostgresPlace | null {
  if (!/^postgres(ql)?:/i.test(db)) return null
  if (!/^\w+:\/\//.test(db)) throw new UsageError('--db: an address must begin with postgres://')
  mustPass(() => checkConnectionString(db))
  if (!URL.canParse(db))
    throw new UsageError('--db: this is not the address of a PostgreSQL database')
  const url = new URL(db)
  const schema = url.searchParams.get('schema') ?? undefined
  let connectionString = db
  if (schema !== undefined) {
    mustPass(() => checkSchemaName(schema))
    url.searchParams.delete('schema')
    connectionString = url.href
  }
  url.password = ''
  // The parameters may hold a password too.
  url.search = schema === undefined ? '' : new URLSearchParams({ schema }).toString()
  return { connectionString, schema, shown: url.href }
}

/** @throws UsageError */
function mustPass(check: () => void): void {
  try {
    check()
  } catch (error) {
    throw new UsageError(`--db: ${(error as Error).message}`)
  }
}
