import { fork } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { openInventory } from 'holdfast'
import { sqlite } from 'holdfast/sqlite'
import { TokenRegistry } from '../../../src/http/tokens/registry.ts'
import { Spawned } from '../support/spawned.ts'
import { largestMetadata, type Attack, type Scale, type Told } from './attacks.ts'
import { MemoryWatch } from './memory.ts'
import type { Waits } from './people.ts'

const ENTRIES = 1000
const TOGETHER = 100
/** However soon an attack is over, the others are looked at for so long. */
const LEAST_MS = 2000

export interface Outcome extends Waits {
  readonly attack: string
  readonly scale: string
  readonly told: Told
  readonly mostMiB: number
}

/** A shop's file as each attack finds it: a thousand entries of the largest metadata, and two tokens. */
export class Fortress {
  readonly #folder: string
  readonly #attacker: string
  readonly #bystander: string

  private constructor(folder: string, attacker: string, bystander: string) {
    this.#folder = folder
    this.#attacker = attacker
    this.#bystander = bystander
  }

  static async build(folder: string, entries = ENTRIES): Promise<Fortress> {
    await using inventory = await openInventory({
      store: sqlite({ path: join(folder, 'shop.db') }),
      warehouses: [{ id: 'SF', name: 'San Francisco' }],
    })
    const sock = { warehouseId: 'SF', productId: 'SOCK', source: 'S' }
    await inventory.addStock({ ...sock, qty: 1_000_000 })
    const add = { verb: 'addStock', ...sock, qty: 1, metadata: largestMetadata('界') } as const
    for (let written = 0; written < entries; written += TOGETHER)
      await inventory.batch({
        commands: Array.from({ length: Math.min(TOGETHER, entries) }, () => add),
      })
    const tokens = new TokenRegistry(inventory)
    const make = async (name: string, role: 'shop' | 'operator'): Promise<string> =>
      (await tokens.create({ name, role, expiresAt: null }, null)).token
    return new Fortress(folder, await make('attacker', 'shop'), await make('ann', 'operator'))
  }

  /** A service of its own, with the defaults, for one attack, and somebody else who goes on working. */
  async stand(attack: Attack, scale: Scale, args: readonly string[] = []): Promise<Outcome> {
    const folder = mkdtempSync(join(this.#folder, 'stand-'))
    const db = join(folder, 'shop.db')
    copyFileSync(join(this.#folder, 'shop.db'), db)
    const served = await Spawned.serve(['--db', db, '--port', '0', '--require-token', ...args])
    const memory = new MemoryWatch(served.child.pid!)
    const bystander = fork(join(import.meta.dirname, 'bystander-child.ts'), [
      served.url,
      this.#bystander,
    ])
    try {
      await once(bystander, 'message')
      const target = { url: served.url, token: this.#attacker }
      const [told] = await Promise.all([attack.run(target, scale), pause(LEAST_MS)])
      bystander.send('end')
      const [waits] = (await once(bystander, 'message')) as [Waits]
      const ended = served.child.exitCode ?? served.child.signalCode
      const failed = ended === null ? waits.failed : [`the service ended: ${ended}`]
      const { name, of } = attack
      return { ...waits, failed, attack: name, scale: of(scale), told, mostMiB: memory.mostMiB }
    } finally {
      memory.end()
      bystander.kill()
      await served.end('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

/** Those who were refused, of those who were told anything. */
export function refusedIn(told: Told): number {
  return Object.entries(told)
    .filter(([status]) => Number(status) >= 400)
    .reduce((sum, [, count]) => sum + count, 0)
}

const NAMES: Readonly<Record<number, string>> = { 0: 'cut off' }

export function shown(told: Told): string {
  return Object.entries(told)
    .map(([status, count]) => `${NAMES[Number(status)] ?? status}: ${count}`)
    .join(', ')
}
