import { InventoryError, type CallOptions, type Inventory } from 'holdfast'
import { heldBy, mustBeSoldOut } from './answers.ts'
import { ACTOR } from './position.ts'
import type { Step } from './steps.ts'
import type { Leftover, Unshipped } from './unshipped.ts'
import { parts } from './windows.ts'

/** Makes the document that a command carries: how many parts are held, or that the order is decided. */
type MarkFor = (parts: number | 'done') => CallOptions

/**
 * An order with more products than one `atomically` takes. It is reserved in parts, while nothing else runs. If one
 * part is refused, those before it are released.
 */
export class LargeOrder {
  readonly #inventory: Inventory
  readonly #order: Extract<Step, { kind: 'order' }>
  #held: Unshipped[]
  #fits: boolean

  constructor(
    inventory: Inventory,
    order: Extract<Step, { kind: 'order' }>,
    begun: Leftover | null,
  ) {
    this.#inventory = inventory
    this.#order = order
    this.#held = [...(begun?.reservations ?? [])]
    this.#fits = begun?.givingBack !== true
  }

  /** Continues after the parts that are held already. Returns what is to be shipped: all or nothing. */
  async decide(heldParts: number, documentFor: MarkFor): Promise<readonly Unshipped[]> {
    const all = parts(this.#order.commands)
    for (let part = heldParts + 1; this.#fits && part <= all.length; part++) {
      const commands = all[part - 1]!
      const document = documentFor(part === all.length ? 'done' : part)
      try {
        const answer = await this.#inventory.atomically({ commands, actor: ACTOR }, document)
        this.#held.push(...heldBy(answer))
      } catch (error) {
        if (!(error instanceof InventoryError)) throw error
        mustBeSoldOut(error)
        this.#fits = false
      }
    }
    if (!this.#fits) await this.#giveBack(documentFor)
    return this.#held
  }

  async #giveBack(documentFor: MarkFor): Promise<void> {
    const releases = parts(this.#held)
    for (const [index, some] of releases.entries()) {
      const commands = some.map(
        ({ reservationId }) => ({ verb: 'release', reservationId }) as const,
      )
      const isLast = index === releases.length - 1
      await this.#inventory.atomically(
        { commands, actor: ACTOR },
        isLast ? documentFor('done') : {},
      )
    }
    this.#held = []
  }
}
