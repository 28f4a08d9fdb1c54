import { migrate, migrationSql, migrationState, type MigrationState } from 'holdfast/postgres'
import type { CommandLine } from '../command-line.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { UsageError } from '../failure.ts'
import { json } from '../output/json.ts'
import { print } from '../output/streams.ts'
import { postgresPlace } from '../postgres-place.ts'
import { addVerb, optional } from '../verb.ts'

interface MigrateFlags {
  readonly check?: boolean
  readonly sql?: boolean
}

const MORE = `For a service whose role may not make tables: run it as the schema's owner
before the service starts. Repeating it does nothing, and any number may run at
once.

Examples:
  holdfast migrate --db 'postgres://owner@db/shop?schema=stock'
  holdfast migrate --db postgres://owner@db/shop --check || echo 'steps are due'
  holdfast migrate --db postgres://owner@db/shop --sql > steps.sql`

export function addMigrate(line: CommandLine): void {
  addVerb<MigrateFlags>(
    line,
    {
      name: 'migrate',
      group: 'Files:',
      summary: 'Make the tables on PostgreSQL, or bring them up to date',
      flags: [
        optional('--check', 'only show what is due; exit code 1 if anything is'),
        optional('--sql', 'only print the statements, for an administrator'),
      ],
      onlyDb: 'postgres://user@host/database?schema=name (else HOLDFAST_DB)',
      more: MORE,
    },
    async ({ db, json: asJson, flags }) => {
      if (flags.check === true && flags.sql === true)
        throw new UsageError('--check and --sql exclude each other')
      const place = postgresPlace(db)
      if (place === null) {
        const message =
          '--db: migrate is for postgres://…;\na file is brought up to date when it is opened'
        throw new UsageError(message)
      }
      const { connectionString, schema } = place
      if (flags.check === true || flags.sql === true) {
        const state = await migrationState(connectionString, { schema })
        return flags.sql === true ? await printSql(state, asJson) : await printCheck(state, asJson)
      }
      const before = await migrate(connectionString, { schema })
      await print(asJson ? json({ ...before, ...applied(before) }) : told(before))
      return EXIT.done
    },
  )
}

async function printSql(state: MigrationState, asJson: boolean): Promise<ExitCode> {
  const sql = migrationSql(state)
  await print(asJson ? json({ ...state, sql }) : sql.trimEnd())
  return EXIT.done
}

async function printCheck(state: MigrationState, asJson: boolean): Promise<ExitCode> {
  const { schema, version, newest, due } = state
  const isCurrent = due.length === 0
  if (asJson) await print(json({ ...state, isCurrent }))
  else if (isCurrent) await print(`the schema ${schema} is up to date, at step ${version}`)
  else
    await print(`the schema ${schema} is at step ${version} of ${newest}; due: ${due.join(', ')}`)
  return isCurrent ? EXIT.done : EXIT.failed
}

/** The state after the migration, from the state before. */
function applied({ newest, due }: MigrationState): object {
  return { version: newest, due: [], applied: due }
}

function told({ schema, version, newest, due }: MigrationState): string {
  if (due.length === 0) return `the schema ${schema} is up to date, at step ${version}`
  const what = version === 0 ? 'was made' : 'was brought up to date'
  return `the schema ${schema} ${what}, at step ${newest}: ${due.join(', ')}`
}
