import type { Inventory } from 'holdfast'
import type { SourceFile } from '../cli/input/source-file.ts'
import { heldBy, mustBeSoldOut } from './answers.ts'
import { LargeOrder } from './large-order.ts'
import { ACTOR, type Identity, type Position, positionDocument } from './position.ts'
import { shipOrders } from './ship-orders.ts'
import type { Survey } from './survey.ts'
import { leftover, type Leftover, type Unshipped } from './unshipped.ts'
import { commandsOf, windows, type Window } from './windows.ts'

export interface Watch {
  /** Called with the line of the file that the replay has reached. */
  readonly onLine: (line: number) => void
  /** Aborts to stop cleanly. */
  readonly signal: AbortSignal
}

/**
 * Replays the steps of the file. Each window is decided in one transaction, which also stores the position after it.
 * While the next window is read and decided, the orders of this one are confirmed and shipped. After an interruption
 * the trail shows what was reserved and not shipped, and no step is decided twice.
 */
export class Seller {
  readonly #inventory: Inventory
  readonly #identity: Identity
  readonly #from: Position
  /** Every order with entries up to here is shipped. */
  #shippedThrough: number
  /** Confirms and ships the orders of the previous window, which end here. */
  #leaving: Promise<void> = Promise.resolve()
  #leavingThrough: number
  /** How many operations this run sent to the engine. */
  operations = 0

  constructor(inventory: Inventory, identity: Identity, from: Position) {
    this.#inventory = inventory
    this.#identity = identity
    this.#from = from
    this.#shippedThrough = from.shippedThrough
    this.#leavingThrough = from.shippedThrough
  }

  /** Resolves with whether it reached the end of the file. */
  async sell(file: SourceFile, survey: Survey, watch: Watch): Promise<boolean> {
    let begun = await this.#resume()
    const all = windows(file, survey, this.#from.steps)
    let next = ahead(all)
    for (;;) {
      const { value: window, done } = await next
      if (done === true || watch.signal.aborted) {
        await this.#leaving
        await all.return(undefined)
        return done === true
      }
      if ('large' in window) {
        await this.#decideLarge(window, begun)
        begun = null
        next = ahead(all)
      } else {
        const decided = this.#decide(window)
        next = ahead(all)
        await decided
      }
      watch.onLine(window.line)
    }
  }

  /** Ships what was reserved before an interruption, or returns it if it is part of a large order. */
  async #resume(): Promise<Leftover | null> {
    const { seq } = await this.#inventory.head()
    const found = await leftover(this.#inventory, this.#shippedThrough)
    if (this.#from.parts > 0) return found
    await this.#letGo(found.reservations, seq)
    return null
  }

  async #decide(window: Extract<Window, { steps: unknown }>): Promise<void> {
    const batch = { commands: commandsOf(window.steps), actor: ACTOR }
    const { answers, seq } = await this.#inventory.batch(batch, this.#document(window.through, 0))
    this.operations += window.operations
    const held: Unshipped[] = []
    for (const answer of answers) {
      if (answer.ok) held.push(...heldBy(answer))
      else mustBeSoldOut(answer)
    }
    await this.#letGo(held, seq)
  }

  async #decideLarge(
    window: Extract<Window, { large: unknown }>,
    begun: Leftover | null,
  ): Promise<void> {
    await this.#letGo([], this.#leavingThrough)
    const order = new LargeOrder(this.#inventory, window.large, begun)
    const held = await order.decide(begun === null ? 0 : this.#from.parts, (parts) =>
      parts === 'done'
        ? this.#document(window.through, 0)
        : this.#document(window.through - 1, parts),
    )
    this.operations += window.operations
    await this.#letGo(held, (await this.#inventory.head()).seq)
  }

  /** Waits until the previous window is shipped, and starts shipping the next one. */
  async #letGo(reservations: readonly Unshipped[], through: number): Promise<void> {
    await this.#leaving
    this.#shippedThrough = this.#leavingThrough
    this.#leavingThrough = through
    this.operations += 2 * reservations.length
    this.#leaving = shipOrders(this.#inventory, reservations)
    this.#leaving.catch(() => undefined) // it rejects where it is awaited
  }

  #document(steps: number, parts: number): ReturnType<typeof positionDocument> {
    const { opening } = this.#from
    return positionDocument(this.#identity, {
      opening,
      steps,
      parts,
      shippedThrough: this.#shippedThrough,
    })
  }
}

/** Reads the next window while the engine works on this one. */
function ahead(all: AsyncGenerator<Window, void>): Promise<IteratorResult<Window, void>> {
  const next = all.next()
  next.catch(() => undefined) // it rejects where it is awaited
  return next
}
