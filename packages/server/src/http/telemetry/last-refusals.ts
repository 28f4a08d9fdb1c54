import type { Command } from 'holdfast'
import type { ListedCommand, RefusedCommand } from 'holdfast/model'

const KEPT = 200

type Fields = Readonly<Record<string, string | number | undefined>>

/** A single command, or one of a list. */
export type Refused = Command | ListedCommand

/** The newest refusals of this process, in memory. */
export class LastRefusals {
  readonly #kept: { at: number; code: string; command: Refused; actor: string | undefined }[] = []
  #next = 0

  /** As received: refusals are frequent when a product is sold out, so they are formatted only when read. */
  add(code: string, command: Refused, actor: string | undefined): void {
    this.#kept[this.#next] = { at: Date.now(), code, command, actor }
    this.#next = (this.#next + 1) % KEPT
  }

  /** Newest first. */
  list(): RefusedCommand[] {
    const inOrder = [...this.#kept.slice(this.#next), ...this.#kept.slice(0, this.#next)]
    return inOrder.reverse().map(({ at, code, command, actor }) => {
      const fields = command as unknown as Fields
      const text = (name: string): string | null => {
        const { [name]: value } = fields
        return typeof value === 'string' ? value : null
      }
      const { qty, onHand } = fields
      const units = qty ?? onHand
      return {
        at,
        verb: command.verb,
        code,
        warehouseId: text('warehouseId') ?? text('fromWarehouseId'),
        productId: text('productId'),
        reservationId: text('reservationId'),
        transferId: text('transferId'),
        qty: typeof units === 'number' ? units : null,
        actor: actor ?? null,
        owner: text('owner'),
      }
    })
  }
}
