import type { LevelId } from '../../model/level-counts.ts'
import { HoldWindow } from '../../model/hold-window.ts'
import {
  holderText,
  isDue,
  ReservationStatus,
  type Holder,
  type Reservation,
} from '../../model/reservation.ts'
import type { Rules } from '../../rules/policies.ts'
import type { Transfer } from '../../model/transfer.ts'
import type { WarehouseRecord } from '../../model/warehouse-record.ts'
import { Level } from '../../rules/level.ts'
import type { Changes, State } from '../../rules/state.ts'
import { scopeOf } from '../../store/key-scope.ts'
import { parseRecordId, seqOf } from '../../model/record-id.ts'
import type { Head, LevelRow, Loaded, Needs, StoredKey, WarehouseRow } from '../../store/store.ts'
import { copyOfRow } from '../../store/level-row.ts'
import { TwoGenerationCache } from './two-generation-cache.ts'
import { KeyIndex } from './key-index.ts'

/** Thrown by a look-up of a record that is not loaded. The state has noted the need for it. */
export const NOT_LOADED = new Error('a record was looked up that is not loaded')

/** The most holds of one level to keep in memory, besides the expired ones. The latest are dropped. */
const WINDOW_LIMIT = 2048
const FIRST_WINDOW = 64

/**
 * The bottom state of a durable engine: a bounded cache of records, as of `head`. Looking up a record that is not in it
 * notes the need and throws NOT_LOADED, before the command has changed anything. The engine then loads what a whole
 * batch needs at once, and decides again.
 */
export class CachedState implements State {
  readonly rules: Rules
  seq: number
  levelKeys: number
  now: number
  warehouses: ReadonlyMap<string, WarehouseRecord>
  head: Head
  readonly keys: KeyIndex
  readonly #limit: number
  readonly #caches: { rotate(): void }[] = []
  /** By warehouse, then by product; null if known not to exist. */
  readonly #levels = new Map<string, TwoGenerationCache<Level>>()
  readonly #transfers: TwoGenerationCache<Transfer>
  /** Units on hand, by warehouse. */
  readonly #onHand = new Map<string, number>()
  /**
   * The most recently made or changed reservations, in a ring by the integer in their id. A map keyed by id would hash
   * a new string for every hold, which costs more than deciding it.
   */
  readonly #recent: (Reservation | undefined)[]
  /** Older reservations, loaded for this batch. */
  readonly #loaded = new Map<number, Reservation>()
  readonly #neededLevels = new Map<string, LevelId>()
  readonly #neededReservations = new Set<string>()
  readonly #neededTransfers = new Set<string>()
  readonly #neededHolds = new Map<number, Needs['holds'][number]>()
  readonly #neededClaims = new Map<number, Needs['claims'][number]>()
  readonly #neededHolders = new Map<string, { readonly holder: Holder; readonly count: number }>()
  readonly #neededKeys = new Set<string>()
  readonly #neededKeyScopes = new Set<string>()
  readonly #neededDocuments = new Set<string>()
  /** Loaded for this batch. */
  readonly #documents = new Map<string, string | null>()
  /** Ids that do not exist, so that a guessed id does not hide the reservation with the same integer. */
  readonly #missing = new Set<string>()
  readonly #loadedClaims = new Map<
    number,
    { count: number; reservations: readonly Reservation[] }
  >()
  /** Loaded for this batch, with nothing in flight: the holds as they are in this state. */
  readonly #loadedHolders = new Map<
    string,
    { readonly count: number; readonly holds: readonly Reservation[] }
  >()

  readonly #ofBatch = [
    ...[this.#loaded, this.#documents, this.#missing, this.#loadedClaims, this.#loadedHolders],
  ]
  readonly #needed = [
    ...[this.#neededLevels, this.#neededReservations, this.#neededTransfers, this.#neededHolds],
    ...[this.#neededClaims, this.#neededHolders, this.#neededKeys, this.#neededKeyScopes],
    this.#neededDocuments,
  ]

  constructor(rules: Rules, head: Head, warehouses: readonly WarehouseRow[], limit: number) {
    this.rules = rules
    this.#limit = limit
    this.keys = new KeyIndex(limit)
    this.#transfers = new TwoGenerationCache<Transfer>(limit)
    // Not Array.from, which visits every slot: opening an inventory takes less time than that.
    this.#recent = new Array<Reservation | undefined>(limit)
    this.#caches.push(this.keys, this.#transfers)
    this.head = head
    this.seq = head.seq
    this.now = head.at
    this.levelKeys = head.levelKeys
    this.warehouses = new Map(warehouses.map(({ record }) => [record.id, record]))
    for (const { record, onHand } of warehouses) this.#onHand.set(record.id, onHand)
  }

  /** Drops records that have not been used for long. Call it only between batches. */
  rotate(): void {
    for (const cache of this.#caches) cache.rotate()
    emptied(this.#ofBatch)
  }

  /** The needs noted since the last call; null if there are none. */
  takeNeeds(): Needs | null {
    if (this.#needed.every(({ size }) => size === 0)) return null
    const needs: Needs = {
      levels: [...this.#neededLevels.values()],
      reservations: [...this.#neededReservations],
      transfers: [...this.#neededTransfers],
      holds: [...this.#neededHolds.values()],
      claims: [...this.#neededClaims.values()],
      // As of the batch that they are loaded for, which may be another than the one that missed them first.
      holders: Array.from(this.#neededHolders.values(), (one) => ({ ...one, now: this.now })),
      keys: [...this.#neededKeys],
      keyScopes: [...this.#neededKeyScopes],
      documents: [...this.#neededDocuments],
    }
    emptied(this.#needed)
    return needs
  }

  receive(needs: Needs, loaded: Loaded): void {
    for (const place of needs.levels) this.#absent(place)
    for (const id of needs.reservations) this.#missing.add(id)
    for (const id of needs.transfers) this.#transfers.set(id, null)
    for (const key of needs.keys) this.keys.found(key, null)
    for (const name of needs.documents) this.#documents.set(name, null)
    for (const { name, value } of loaded.documents) this.#documents.set(name, value)
    for (const row of loaded.levels) this.#receiveLevel(row)
    for (const reservation of loaded.reservations)
      this.#loaded.set(seqOf(reservation.id), reservation)
    for (const transfer of loaded.transfers) this.#transfers.set(transfer.id, transfer)
    for (const stored of loaded.keys) this.keys.found(stored.key, stored)
    needs.keyScopes.forEach((scope, index) => this.keys.setFrontier(scope, loaded.lastKeys[index]!))
    for (const [index, { holder, count }] of needs.holders.entries()) {
      const holds = loaded.holders[index]!.map((id) => this.#loaded.get(seqOf(id))!)
      this.#loadedHolders.set(holderText(holder), { count, holds })
    }
    const claims = new Map(loaded.claims.map(({ key, reservations }) => [key, reservations]))
    for (const { level, count } of needs.claims) {
      this.#loadedClaims.set(level.key, { count, reservations: claims.get(level.key) ?? [] })
    }
    const windows = new Map(loaded.holds.map((found) => [found.key, found]))
    for (const { level } of needs.holds) {
      const found = windows.get(level.key)
      const kept = this.#levels.get(level.warehouseId)?.get(level.productId)
      if (kept) kept.window = new HoldWindow(found?.holds, found?.end, found?.gaveUp)
    }
  }

  /** The value of a document; null if there is none of this name. */
  document(name: string): string | null {
    const known = this.#documents.get(name)
    if (known !== undefined) return known
    this.#neededDocuments.add(name)
    throw NOT_LOADED
  }

  keyed(key: string): StoredKey | null {
    const known = this.keys.get(key)
    if (known !== undefined) return known
    this.#neededKeys.add(key)
    const scope = scopeOf(key)
    if (!this.keys.hasFrontier(scope)) this.#neededKeyScopes.add(scope)
    throw NOT_LOADED
  }

  findLevel(warehouseId: string, productId: string): Level | null {
    const known = this.#levels.get(warehouseId)?.get(productId)
    if (known !== undefined) return known
    this.#neededLevels.set(`${warehouseId}\n${productId}`, { warehouseId, productId })
    throw NOT_LOADED
  }

  findReservation(id: string): Reservation | null {
    const parsed = parseRecordId(id)
    if (parsed === null) return null
    const recent = this.#recent[parsed.seq % this.#recent.length]
    if (recent?.id === id) return recent
    const loaded = this.#loaded.get(parsed.seq)
    if (loaded?.id === id) return loaded
    if (this.#missing.has(id)) return null
    this.#neededReservations.add(id)
    throw NOT_LOADED
  }

  findTransfer(id: string): Transfer | null {
    const known = this.#transfers.get(id)
    if (known !== undefined) return known
    if (parseRecordId(id) === null) return null
    this.#neededTransfers.add(id)
    throw NOT_LOADED
  }

  onHandIn(warehouseId: string): number {
    return this.#onHand.get(warehouseId) ?? 0
  }

  /**
   * Only levels that ran short have a window, because only those need their holds. Keeping every level's holds in order
   * would cost a sixth of the throughput.
   */
  holdsOf(level: Level): HoldWindow {
    if (level.window !== null) return level.window
    if (level.held === 0) return (level.window = new HoldWindow())
    return this.beyond(level)
  }

  beyond(level: Level): never {
    const count = Math.max(FIRST_WINDOW, (level.window?.size ?? 0) * 4)
    this.#neededHolds.set(level.key, { level: copyOfRow(level), count, now: this.now })
    throw NOT_LOADED
  }

  newest(hold: Reservation): Reservation {
    return hold
  }

  claimsOn(level: Level, count: number): Reservation[] {
    const loaded = this.#loadedClaims.get(level.key)
    if (loaded !== undefined) {
      const live = loaded.reservations.filter((claim) => !isDue(claim, this.now))
      const all = loaded.reservations.length < loaded.count
      if (all || live.length >= count) return live
    }
    const more = Math.max(count, (loaded?.count ?? 0) * 4)
    this.#neededClaims.set(level.key, { level: copyOfRow(level), count: more })
    throw NOT_LOADED
  }

  holdsFor(
    holder: Holder,
    count: number,
    besides: ReadonlyMap<string, Reservation>,
  ): Reservation[] {
    const text = holderText(holder)
    const loaded = this.#loadedHolders.get(text)
    if (loaded !== undefined) {
      const live = loaded.holds.filter((hold) => !isDue(hold, this.now))
      const all = loaded.holds.length < loaded.count
      if (all || live.length >= count) {
        const found = new Map([...live.map((hold) => [hold.id, hold] as const), ...besides])
        return [...found.values()].sort((a, b) => seqOf(a.id) - seqOf(b.id))
      }
    }
    const more = Math.max(count, (loaded?.count ?? 0) * 2)
    this.#neededHolders.set(text, { holder, count: more })
    throw NOT_LOADED
  }

  /** The entries are on disk and are not kept here. */
  absorb(changes: Changes): void {
    changes.eachChangedLevel((level) => this.#own(level).follow(level))
    changes.eachChange((after, before, level) => this.#keep(after, before, this.#own(level)))
    for (const [id, transfer] of changes.transfers) this.#transfers.set(id, transfer)
    for (const [warehouseId, units] of changes.onHandChanged) this.#onHand.set(warehouseId, units)
    this.warehouses = changes.warehouses
    this.seq = changes.seq
    this.levelKeys = changes.levelKeys
  }

  #keep(after: Reservation, before: Reservation | null, level: Level): void {
    this.#recent[seqOf(after.id) % this.#recent.length] = after
    level.nextExpiry = undefined
    const { window } = level
    if (window === null) return
    if (before?.status === ReservationStatus.PENDING) window.remove(before)
    if (after.status === ReservationStatus.PENDING) window.add(after)
    if (window.size > WINDOW_LIMIT) window.trim(WINDOW_LIMIT / 2, this.now)
  }

  /** This state's level for one of a unit of work; created if it is new. */
  #own(level: Level): Level {
    return (level.base ??= this.#open(new Level(level.warehouseId, level.productId)))
  }

  #open(level: Level): Level {
    this.#levelsIn(level.warehouseId).set(level.productId, level)
    return level
  }

  #levelsIn(warehouseId: string): TwoGenerationCache<Level> {
    let levels = this.#levels.get(warehouseId)
    if (levels === undefined) {
      this.#levels.set(warehouseId, (levels = new TwoGenerationCache<Level>(this.#limit)))
      this.#caches.push(levels)
    }
    return levels
  }

  #absent({ warehouseId, productId }: LevelId): void {
    const levels = this.#levelsIn(warehouseId)
    if (levels.get(productId) === undefined) levels.set(productId, null)
  }

  #receiveLevel(row: LevelRow): void {
    if (this.#levels.get(row.warehouseId)?.get(row.productId)) return
    const level = new Level(row.warehouseId, row.productId)
    level.read(row)
    this.#open(level)
  }
}

/** V8 makes a new table for each `clear`, also of an empty one: 5 µs a commit for those of a batch. */
function emptied(collections: readonly { readonly size: number; clear(): void }[]): void {
  for (const collection of collections) if (collection.size > 0) collection.clear()
}
