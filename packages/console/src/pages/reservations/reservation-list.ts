import { signal } from '@preact/signals'
import type { ListPage, Reservation, ReservationStatus } from 'holdfast'
import { model } from '../../live/model.ts'
import { onReturn } from '../../live/on-return.ts'
import { refresher } from '../../live/refresher.ts'
import { client } from '../../service/client.ts'

const PAGE = 100

export interface ReservationQuery {
  readonly status?: ReservationStatus
  readonly owner?: string
  readonly productId?: string
  readonly warehouseId?: string
  readonly group?: string
  /** Only this one, whatever the other filters. */
  readonly reservationId?: string
}

interface Shown {
  readonly items: readonly Reservation[]
  readonly cursor: string | null
  readonly state: 'loading' | 'ready' | 'failed'
}

/** Reservations of a filter, newest first, read again when the trail has changes. */
export class ReservationList {
  readonly shown = signal<Shown>({ items: [], cursor: null, state: 'loading' })
  readonly #query: ReservationQuery
  #pages = 1
  #stop: (() => void) | null = null
  #stopReturn: (() => void) | null = null
  readonly #refresh = refresher(() => this.#load())

  constructor(query: ReservationQuery) {
    this.#query = query
  }

  open(): void {
    const { productId, warehouseId } = this.#query
    this.#stop = model.onChange(({ entries, isCut }) => {
      const isAbout = entries.some(
        (entry) =>
          entry.reservationId !== null &&
          (productId === undefined || entry.productId === productId) &&
          (warehouseId === undefined || entry.warehouseId === warehouseId),
      )
      if (isAbout || isCut) this.#refresh()
    })
    this.#stopReturn = onReturn(() => {
      if (this.shown.value.state === 'failed') this.#refresh()
    })
    void this.#load().catch(() => {
      this.shown.value = { ...this.shown.value, state: 'failed' }
    })
  }

  close(): void {
    this.#stop?.()
    this.#stopReturn?.()
  }

  older(): void {
    this.#pages++
    this.#refresh()
  }

  async #load(): Promise<void> {
    const { reservationId } = this.#query
    if (reservationId !== undefined) {
      const items = await one(reservationId)
      this.shown.value = { items, cursor: null, state: 'ready' }
      return
    }
    const items: Reservation[] = []
    let cursor: string | null = null
    for (let page = 0; page < this.#pages && (page === 0 || cursor !== null); page++) {
      const query = { ...this.#query, limit: PAGE, ...(cursor === null ? {} : { cursor }) }
      const answer: ListPage<Reservation> = await client.listReservations(query)
      items.push(...answer.items)
      cursor = answer.cursor
    }
    this.shown.value = { items, cursor, state: 'ready' }
  }
}

/** Empty if there is no such reservation. */
async function one(reservationId: string): Promise<readonly Reservation[]> {
  try {
    return [await client.getReservation({ reservationId })]
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === 'RESERVATION_NOT_FOUND' || code === 'INVALID_INPUT') return []
    throw error
  }
}
