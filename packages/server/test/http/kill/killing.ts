import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { openInventory, type AuditEntry } from 'holdfast'
import { HoldfastClient } from 'holdfast/client'
import { sqlite } from 'holdfast/sqlite'
import { checkInvariants, dice } from 'holdfast/testing'
import { Receiver } from '../support/receiver.ts'
import { Spawned } from '../support/spawned.ts'
import { until } from '../support/until.ts'
import { Shopper } from './shoppers.ts'
import { broken } from './promises.ts'

export interface KillOptions {
  readonly folder: string
  readonly kills: number
  readonly seed: number
  /** How long a client rests between two commands, on average. */
  readonly restMs: number
  readonly onKill?: (kill: number, afterMs: number) => void
}

export interface KillReport {
  readonly acknowledged: number
  readonly refused: number
  readonly entries: number
  readonly deliveries: number
  /** What does not add up; empty where all is well. */
  readonly broken: readonly string[]
}

const CLIENTS = 32
const READERS = [null, null, 'SOLD'] as const

/**
 * A service that is killed again and again while 32 clients, readers of its events and a webhook's
 * endpoint are at work; and what all of them were told, held against what is in the file at the end.
 */
export async function killing(options: KillOptions): Promise<KillReport> {
  const { folder, kills, seed, restMs, onKill } = options
  const d = dice(seed)
  const db = join(folder, 'shop.db')
  const warehouses = ['--warehouse', 'SF:San Francisco', '--warehouse', 'NYC:New York']
  const start = (port: number): Promise<Spawned> =>
    Spawned.serve(['--db', db, '--port', String(port), '--allow-private-webhooks', ...warehouses])
  let server = await start(0)
  const { url } = server
  const port = Number(new URL(url).port)
  const receiver = await Receiver.open()
  await register(url, receiver.url)

  const stop = new AbortController()
  const abandon = new AbortController()
  const shoppers = Array.from(
    { length: CLIENTS },
    (_, index) => new Shopper(url, `c${index}`, seed * 1000 + index),
  )
  const answers = (): number => shoppers.reduce((sum, { told }) => sum + told.length, 0)
  const working = Promise.all(
    shoppers.map((shopper) => shopper.work(stop.signal, restMs, abandon.signal)),
  )
  const listener = new HoldfastClient({ url, retries: 1000 })
  const readers = READERS.map((type) => ({ type, seen: [] as AuditEntry[] }))
  const reading = Promise.all(
    readers.map(async ({ type, seen }) => {
      const filter = { signal: abandon.signal, ...(type === null ? {} : { type }) }
      for await (const entry of listener.feed(filter)) seen.push(entry)
    }),
  ).catch(() => undefined)

  try {
    for (let kill = 1; kill <= kills; kill++) {
      const before = answers()
      await until('they are at work again', () => answers() - before >= CLIENTS, 30_000)
      const afterMs = d.below(400)
      await pause(afterMs)
      await server.end('SIGKILL')
      onKill?.(kill, afterMs)
      server = await start(port)
    }
    await pause(200)
    stop.abort()
    await working
    const { seq } = await listener.head()
    for (const { type, seen } of readers) {
      const last = type === null ? seq : await lastOf(listener, type)
      await until('the reader has all entries', () => (seen.at(-1)?.seq ?? 0) >= last, 30_000)
    }
    await until('the endpoint has all entries', () => new Set(receiver.seqs()).size >= seq, 60_000)
    const told = shoppers.flatMap((shopper) => shopper.told)
    const again = await Promise.all(
      told.map(async ({ command }) => {
        const [outcome] = await Promise.allSettled([shoppers[0]!.client.execute(command)])
        return outcome
      }),
    )
    await Promise.all(shoppers.map(({ client }) => client.close()))
    await listener.close()
    await reading
    const exitCode = await server.end('SIGTERM')

    await using inventory = await openInventory({ store: sqlite({ path: db }), sweepMs: 0 })
    const { entries } = await checkInvariants(inventory)
    return {
      acknowledged: told.filter(({ answer }) => answer !== null).length,
      refused: told.filter(({ refused }) => refused !== null).length,
      entries: entries.length,
      deliveries: receiver.received.length,
      broken: broken({ told, again, entries, readers, delivered: receiver.seqs(), exitCode }),
    }
  } finally {
    // Whatever went wrong, nobody goes on asking a service that is no more.
    abandon.abort()
    stop.abort()
    await working.catch(() => undefined)
    receiver.close()
    await server.end('SIGKILL')
  }
}

async function lastOf(client: HoldfastClient, type: AuditEntry['type']): Promise<number> {
  let last = 0
  for await (const { seq } of client.audit({ type })) last = seq
  return last
}

async function register(url: string, endpoint: string): Promise<void> {
  const response = await fetch(`${url}/v1/webhooks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url: endpoint, after: 0 }),
  })
  if (response.status !== 201) throw new Error(await response.text())
}
