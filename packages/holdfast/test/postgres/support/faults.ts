import { setTimeout as pause } from 'node:timers/promises'
import { dice } from 'holdfast/testing'
import { Client } from 'pg'
import type { Server } from './server.ts'
import { Shops, type Report } from './shops.ts'
import { Wire } from './wire.ts'

export const FAULTS = [
  'stopped',
  'backends ended',
  'wires cut',
  'hung up',
  'cut before COMMIT',
  'cut while COMMIT',
  'cut after COMMIT',
  'process killed',
] as const
/** The wires go dead silently: it takes half a minute until that is noticed. */
export type Fault = (typeof FAULTS)[number] | 'wires held'

export interface FaultRun {
  readonly faults: readonly Fault[]
  readonly seed: number
  readonly processes: number
  readonly callers: number
  /** Of each caller, or more: none is done before the last fault. */
  readonly calls: number
  /** Longest pause between two faults. */
  readonly calmMs?: number
  readonly onFault?: (fault: Fault, index: number) => void
}

/** A shop of several processes on one database with faults, checked at the end. */
export async function underFaults(server: Server, schema: string, run: FaultRun): Promise<Report> {
  const wire = await Wire.to(server.port)
  const { processes, callers, calls, seed, calmMs = 400 } = run
  const url = server.url.replace(String(server.port), String(wire.port))
  const shops = new Shops({ url, schema, callers, calls }, seed)
  const draw = dice(seed)
  try {
    await Promise.all(Array.from({ length: processes }, () => shops.open()))
    for (const [index, fault] of run.faults.entries()) {
      await pause(calmMs / 4 + draw.below(calmMs * 0.75))
      await happen(fault, { server, wire, shops, pauseMs: 50 + draw.below(800) })
      run.onFault?.(fault, index)
    }
    await shops.closed()
  } finally {
    await wire.close()
  }
  return shops.check(server.url)
}

/** Longer than a silent connection is waited for. */
const HELD_MS = 28_000

interface Place {
  readonly server: Server
  readonly wire: Wire
  readonly shops: Shops
  readonly pauseMs: number
}

async function happen(fault: Fault, { server, wire, shops, pauseMs }: Place): Promise<void> {
  switch (fault) {
    case 'stopped':
      await server.down()
      await pause(pauseMs)
      await server.up()
      break
    case 'backends ended':
      await endBackends(server)
      break
    case 'wires cut':
      wire.cut()
      break
    case 'hung up':
      wire.hangUp()
      break
    case 'cut before COMMIT':
      await soon(wire, wire.cutAtCommit('before'))
      break
    case 'cut while COMMIT':
      await soon(wire, wire.cutAtCommit('during'))
      break
    case 'cut after COMMIT':
      await soon(wire, wire.cutAtCommit('after'))
      break
    case 'wires held':
      wire.hold()
      wire.unhold()
      await pause(HELD_MS)
      break
    case 'process killed':
      shops.kill()
      await shops.open()
      break
    default:
      fault satisfies never
  }
}

async function endBackends(server: Server): Promise<void> {
  const client = new Client({ connectionString: server.url })
  await client.connect()
  await client.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND random() < 0.7`)
  await client.end()
}

/** At the end of a run no more commits come. */
async function soon(wire: Wire, cut: Promise<void>): Promise<void> {
  await Promise.race([cut, pause(5_000)])
  wire.disarm()
}
