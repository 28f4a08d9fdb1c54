import { signal } from '@preact/signals'
import type { AuditEntry, WarehouseView } from 'holdfast'
import { client } from '../service/client.ts'
import { clock } from '../service/clock.ts'
import { addDue, applyEntry } from './apply-entry.ts'
import { entryAt } from './entry-at.ts'
import { HoldTable } from './hold-table.ts'
import { LevelTable } from './level-table.ts'
import { loadHolds, loadStock } from './snapshot.ts'

/** What changed since the last frame. */
export interface Change {
  /** Indexes in the level table. */
  readonly places: ReadonlySet<number>
  /** The newest entries, in order; if one frame has very many, only the last ones. */
  readonly entries: readonly AuditEntry[]
  /** There were more: whoever lists them must read them again. */
  readonly isCut: boolean
}

export type Loading =
  | { readonly state: 'loading'; readonly levels: number }
  | { readonly state: 'ready' }
  | { readonly state: 'failed'; readonly why: string }

const MOST_ENTRIES = 500
/** How often changes are reported in a hidden tab, which draws no frames. */
const HIDDEN_MS = 1000
/** A clock that is set makes no call. */
const LONGEST_TIMER_MS = 5000

/**
 * The stock now, followed live: a snapshot of every level and hold, then the trail from the start of the snapshot.
 * Entries that a level already includes change nothing. Changes are reported once per frame, however many there are.
 */
export class LiveModel {
  readonly loading = signal<Loading>({ state: 'loading', levels: 0 })
  readonly warehouses = signal<readonly WarehouseView[]>([])
  levels = new LevelTable([])
  holds = new HoldTable()
  /** The last entry included. */
  seq = 0
  /** The same entry, as the service sent it; null if there is none. */
  last: AuditEntry | null = null
  #changed = new Set<number>()
  #entries: AuditEntry[] = []
  #isCut = false
  #isFrameAsked = false
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #listeners = new Set<(change: Change) => void>()

  /** Calls back after each frame in which something changed. Returns a function that stops it. */
  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Loads, then follows until the signal aborts. Loads again when a warehouse is opened or closed: all levels move. */
  async run(signal: AbortSignal): Promise<void> {
    try {
      do await this.#load(signal)
      while (await this.#follow(signal))
    } catch (error) {
      if (signal.aborted) return
      this.loading.value = { state: 'failed', why: (error as Error).message }
    }
    clearTimeout(this.#timer)
  }

  /** Keeps nothing for the next reader, who may not be allowed to see it. */
  forget(): void {
    clearTimeout(this.#timer)
    this.seq = 0
    this.last = null
    this.warehouses.value = []
    this.levels = new LevelTable([])
    this.holds = new HoldTable()
    this.loading.value = { state: 'loading', levels: 0 }
  }

  async #load(signal: AbortSignal): Promise<void> {
    this.loading.value = { state: 'loading', levels: 0 }
    const { items, seq } = await client.listWarehouses()
    // If it was loaded before, it follows from where it was: whoever is told of changes misses none.
    if (this.seq === 0) {
      this.seq = seq
      this.last = await entryAt(seq)
    }
    this.warehouses.value = items
    this.levels = new LevelTable(items.map(({ id }) => id))
    this.holds = new HoldTable()
    await loadStock(this.levels, (levels) => {
      this.loading.value = { state: 'loading', levels }
    })
    await loadHolds(this.levels, this.holds)
    if (signal.aborted) return
    this.loading.value = { state: 'ready' }
    this.#watchExpiry()
  }

  /** Resolves with whether it has to be loaded again; false if the service has finally refused us. */
  async #follow(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false
    // The token is requested elsewhere.
    for await (const entry of client.feed({ after: this.seq, signal })) {
      this.#take(entry)
      if (entry.type === 'WAREHOUSE_CHANGED' && (await this.#areOthers())) return true
    }
    return false
  }

  #take(entry: AuditEntry): void {
    if (entry.seq <= this.seq) return
    this.seq = entry.seq
    this.last = entry
    const place = applyEntry(this.levels, this.holds, entry)
    if (place !== undefined) this.#changed.add(place)
    if (entry.type === 'RESERVED' || entry.type === 'EXTENDED') this.#watchExpiry()
    this.#entries.push(entry)
    if (this.#entries.length > 2 * MOST_ENTRIES) {
      this.#entries.splice(0, MOST_ENTRIES)
      this.#isCut = true
    }
    this.#askForFrame()
  }

  /** Whether a warehouse was opened or closed. Else their names and what they sell may have changed. */
  async #areOthers(): Promise<boolean> {
    const { items } = await client.listWarehouses()
    if (items.map(({ id }) => id).join('\n') !== this.levels.warehouses.join('\n')) return true
    this.warehouses.value = items
    return false
  }

  #watchExpiry(): void {
    clearTimeout(this.#timer)
    const inMs = this.holds.nextAt() - clock.now()
    this.#timer = setTimeout(
      () => this.#expire(),
      Math.min(Math.max(0, inMs) + 1, LONGEST_TIMER_MS),
    )
  }

  #expire(): void {
    const now = clock.now()
    for (let hold = this.holds.takeDue(now); hold !== null; hold = this.holds.takeDue(now)) {
      addDue(this.levels, hold.place, hold.qty)
      this.#changed.add(hold.place)
    }
    for (const hold of this.holds.takeEarly(now)) {
      addDue(this.levels, hold.place, -hold.qty)
      this.#changed.add(hold.place)
    }
    if (this.#changed.size > 0) this.#askForFrame()
    this.#watchExpiry()
  }

  #askForFrame(): void {
    if (this.#isFrameAsked) return
    this.#isFrameAsked = true
    if (document.hidden) setTimeout(() => this.#tell(), HIDDEN_MS)
    else requestAnimationFrame(() => this.#tell())
  }

  #tell(): void {
    this.#isFrameAsked = false
    const change = { places: this.#changed, entries: this.#entries, isCut: this.#isCut }
    this.#changed = new Set()
    this.#entries = []
    this.#isCut = false
    for (const listener of this.#listeners) listener(change)
  }
}

export const model = new LiveModel()
