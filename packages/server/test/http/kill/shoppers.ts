import { setTimeout as pause } from 'node:timers/promises'
import { InventoryError, type Command } from 'holdfast'
import { HoldfastClient } from 'holdfast/client'
import { dice, type Dice } from 'holdfast/testing'

/** What a client was told: the key under which it asked, and the answer. */
export interface Told {
  readonly command: Command & { readonly idempotencyKey: string }
  readonly answer: { readonly seq: number } | null
  /** The code, where it was refused. */
  readonly refused: string | null
}

const PRODUCTS = ['SOCK', 'SHOE', 'BOOT', 'HAT']

/** One client that works until it is told to stop, and notes all that it was told. */
export class Shopper {
  readonly told: Told[] = []
  readonly client: HoldfastClient
  readonly #dice: Dice
  readonly #name: string
  readonly #holds: string[] = []

  constructor(url: string, name: string, seed: number) {
    this.#name = name
    this.#dice = dice(seed)
    this.client = new HoldfastClient({ url, retries: 1000, timeoutMs: 5000 })
  }

  /** `abandon` gives up even what waits for its answer. */
  async work(stop: AbortSignal, restMs: number, abandon: AbortSignal): Promise<void> {
    for (let count = 0; !stop.aborted; count++) {
      // More than one at once goes to the service as a batch.
      const many = Math.max(1, this.#dice.below(6) - 2)
      const keys = Array.from({ length: many }, (_, part) => `${this.#name}-${count}-${part}`)
      await Promise.all(keys.map((key) => this.#ask(key, abandon)))
      await pause(this.#dice.below(2 * restMs))
    }
  }

  async #ask(key: string, signal: AbortSignal): Promise<void> {
    const command = { ...this.#next(), idempotencyKey: key, metadata: { key } } as Told['command']
    try {
      const answer = (await this.client.execute(command, { signal })) as {
        seq: number
        id?: string
      }
      this.told.push({ command, answer, refused: null })
      if (command.verb === 'reserve') this.#holds.push(answer.id!)
    } catch (error) {
      if (!(error instanceof InventoryError)) throw error
      this.told.push({ command, answer: null, refused: error.code })
    }
  }

  #next(): Command {
    const place = {
      warehouseId: this.#dice.below(2) === 0 ? 'SF' : 'NYC',
      productId: this.#dice.pick(PRODUCTS),
    }
    const act = this.#dice.below(10)
    const reservationId = this.#holds.shift()
    if (act < 3 || (reservationId === undefined && act >= 7))
      return { verb: 'addStock', ...place, qty: 1 + this.#dice.below(4), source: 'SUPPLIER' }
    if (act < 7) {
      if (reservationId !== undefined) this.#holds.unshift(reservationId)
      return { verb: 'reserve', ...place, qty: 1 + this.#dice.below(3), ttlMs: 3_600_000 }
    }
    return { verb: act === 7 ? 'release' : 'confirm', reservationId: reservationId! }
  }
}
