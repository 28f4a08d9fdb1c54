import type { Command } from 'holdfast'
import type { ListedCommand, RefusedCommand } from 'holdfast/model'

const KEPT = 200

type Fields = Readonly<Record<string, string | number | undefined>>

/** A command alone, or one of a list. */
export type Refused = Command | ListedCommand

/** The newest refusals, in memory, as long as the process lives. */
export class LastRefusals {
  readonly #kept: { at: number; code: string; command: Refused; actor: string | undefined }[] = []
  #next = 0

  /** As it came: sold out is the busiest moment, so nothing is made of it before somebody looks. */
  add(code: string, command: Refused, actor: string | undefined): void {
    this.#kept[this.#next] = { at: Date.now(), code, command, actor }
    this.#next = (this.#next + 1) % KEPT
  }

  /** The newest first. */
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
