// Replays a file of real orders on SQLite and on PostgreSQL, and compares the resulting stock and trail exactly, except
// for times, and with ids matched by their order.
//   npm run stress -- replay orders.csv.gz --cover 0.9
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sameReplay } from '../packages/server/test/cli/support/same-replay.ts'
import { onPostgres } from './on-postgres.mjs'
import { scriptArguments } from './script-arguments.mjs'

const { values, positionals } = scriptArguments(
  import.meta.filename,
  { cover: { type: 'string', default: '0.9' } },
  true,
)
const [file] = positionals
if (file === undefined) {
  console.error('name a file of orders')
  process.exit(2)
}
await onPostgres(async (server) => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-replay-'))
  try {
    const dbs = /** @type {const} */ ([join(folder, 'replay.db'), `${server.url}?schema=replay`])
    const { levels, entries } = await sameReplay(file, dbs, values.cover)
    console.log(`the same: ${levels} lines of stock, ${entries} entries of the trail`)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
