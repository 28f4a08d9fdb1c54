import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { openInventory } from 'holdfast'
import { postgres } from 'holdfast/postgres'
import { Pool, type PoolConfig } from 'pg'
import { newSchema, pool, server, url } from './support/place.ts'
import { until } from './support/until.ts'

/** Of what the driver hands over. */
interface Warning {
  severity: string
}

const OWN = { skip: server === null && 'the server that DATABASE_URL names is not ours to change' }
const ADD = { warehouseId: 'SF', productId: 'SOCK', qty: 1, source: 'S' }
const CANCEL = `SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'`

/** Which standbys a commit waits for; there are none. */
async function awaitStandbys(names: string): Promise<void> {
  await pool.query(`ALTER SYSTEM SET synchronous_standby_names = '${names}'`)
  await pool.query('SELECT pg_reload_conf()')
  await until(async () => {
    const { rows } = await pool.query<{ names: string }>(
      `SELECT current_setting('synchronous_standby_names') AS names`,
    )
    return rows[0]!.names === names
  })
  // The process that wakes those who wait reads it, too.
  await pause(100)
}

for (const [how, config, severity] of [
  ['', {}, 'WARNING'],
  [
    ', though the role asks not to hear of it',
    { options: '-c client_min_messages=error' },
    'WARNING',
  ],
  [', in the language of the server', {}, 'WARNUNG'],
] satisfies [string, PoolConfig, string][]) {
  test(`a wait for a standby that is cancelled is no success${how}`, OWN, async (t) => {
    t.after(() => awaitStandbys(''))
    const own = new Pool({ connectionString: url, pipeline: true, ...config })
    t.after(() => own.end())
    own.on('connect', (client) => {
      client.prependListener('notice', (notice) => void ((notice as Warning).severity = severity))
    })
    await using inventory = await openInventory({
      store: postgres({ pool: own, schema: newSchema() }),
      warehouses: [{ id: 'SF', name: 'San Francisco' }],
    })
    await awaitStandbys('FIRST 1 (nobody)')
    let isDone = false
    const added = inventory.addStock(ADD).then((level) => {
      isDone = true
      return level
    })
    await until(async () => (await pool.query(CANCEL)).rowCount === 1)
    await pause(500)
    equal(isDone, false)
    await awaitStandbys('')
    equal((await added).available, 1)
    equal((await inventory.verify()).ok, true)
  })
}
