import { holderText, type Holder, type Reservation } from '../model/reservation.ts'

const NONE: ReadonlySet<string> = new Set()

/** Ids of reservations by the owners and the groups that they are, or were, of. */
export class TouchedHolders {
  readonly #ids = new Map<string, Set<string>>()

  add({ id, owner, group }: Reservation): void {
    if (owner !== null) this.#addFor({ owner }, id)
    if (group !== null) this.#addFor({ group }, id)
  }

  idsOf(holder: Holder): ReadonlySet<string> {
    return this.#ids.get(holderText(holder)) ?? NONE
  }

  #addFor(holder: Holder, id: string): void {
    const text = holderText(holder)
    const ids = this.#ids.get(text)
    if (ids === undefined) this.#ids.set(text, new Set([id]))
    else ids.add(id)
  }
}
