import { setTimeout as pause } from 'node:timers/promises'
import { dice } from 'holdfast/testing'
import { Client } from 'pg'
import { Server } from './server.ts'
import { Shops, type Report } from './shops.ts'
import { Wire } from './wire.ts'

export interface FailoverRun {
  readonly failovers: number
  readonly seed: number
  readonly processes: number
  readonly callers: number
  readonly calls: number
  readonly onFailover?: (number: number) => void
}

/** A shop whose server dies repeatedly; each time its standby takes its place. */
export async function failOver(run: FailoverRun): Promise<Report> {
  const first = await Server.start({ settings: { wal_keep_size: '1GB' } })
  if (first === null) throw new Error('there is no PostgreSQL for this machine')
  let primary: Server = first
  let standby = await follow(primary)
  const wire = await Wire.to(primary.port)
  const url = primary.url.replace(String(primary.port), String(wire.port))
  const { callers, calls, seed } = run
  const shops = new Shops({ url, schema: 'shop', callers, calls }, seed)
  const draw = dice(seed)
  try {
    await Promise.all(Array.from({ length: run.processes }, () => shops.open()))
    for (let number = 1; number <= run.failovers; number++) {
      await pause(500 + draw.below(1000))
      wire.cutOff()
      await primary.down(draw.chance(50) ? 'SIGQUIT' : 'SIGKILL')
      await ask(standby, 'SELECT pg_promote()')
      wire.leadTo(standby.port)
      await primary.stop()
      primary = standby
      standby = await follow(primary)
      run.onFailover?.(number)
    }
    await shops.closed()
    return await shops.check(primary.url)
  } finally {
    await wire.close()
    await standby.stop()
    await primary.stop()
  }
}

/** From now on a commit waits for the standby. */
async function follow(primary: Server): Promise<Server> {
  const standby = await primary.standby()
  await ask(primary, `ALTER SYSTEM SET synchronous_standby_names = 'standby'`)
  await ask(primary, 'SELECT pg_reload_conf()')
  return standby
}

async function ask(server: Server, sql: string): Promise<void> {
  const client = new Client({ connectionString: server.url })
  await client.connect()
  await client.query(sql)
  await client.end()
}
