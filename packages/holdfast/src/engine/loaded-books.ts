import { Books } from '../domain/books.ts'
import { HoldWindow } from '../domain/hold-window.ts'
import { isDue, type Reservation } from '../domain/reservation.ts'
import type { Rules } from '../domain/rules.ts'
import { StockLevel } from '../domain/stock-level.ts'
import { scopeOf } from '../store/key-scope.ts'
import { parseRecordId, seqOf } from '../store/record-id.ts'
import type {
  Head,
  LevelRow,
  Loaded,
  Needs,
  Place,
  StoredKey,
  WarehouseRow,
} from '../store/store.ts'
import { Generations } from './generations.ts'
import { KnownKeys } from './known-keys.ts'

/** Thrown by a look-up of a record that was not loaded; the need for it is noted in the books. */
export const NOT_LOADED = new Error('a record was looked up that is not loaded')

/** Holds of one level that are kept in memory, beside those that are over; later ones are cut off. */
const WINDOW_LIMIT = 2048
const FIRST_WINDOW = 64

/**
 * The books at the bottom of a durable engine: a bounded cache of records, true as of `head`. A
 * look-up of a record that is not in it notes the need and throws NOT_LOADED, before the command has
 * changed anything; the engine loads what a whole batch needs at once and decides again.
 */
export class LoadedBooks extends Books {
  head: Head
  readonly keys: KnownKeys
  readonly #shelves: { rotate(): void }[]
  /**
   * The reservations that were made or moved last, in a ring by the integer in their id: a map keyed
   * by id would hash a new string for every hold, which costs more than deciding it.
   */
  readonly #recent: (Reservation | undefined)[]
  /** Older ones, loaded for this batch. */
  readonly #loaded = new Map<number, Reservation>()
  readonly #levels = new Map<string, Place>()
  readonly #reservations = new Set<string>()
  readonly #transfers = new Set<string>()
  readonly #holds = new Map<number, Needs['holds'][number]>()
  readonly #claims = new Map<number, Needs['claims'][number]>()
  readonly #keys = new Set<string>()
  readonly #keyScopes = new Set<string>()
  /** Ids that were looked for in vain; a guessed one must not hide the reservation with its integer. */
  readonly #missing = new Set<string>()
  readonly #loadedClaims = new Map<
    number,
    { count: number; reservations: readonly Reservation[] }
  >()

  constructor(rules: Rules, head: Head, warehouses: readonly WarehouseRow[], limit: number) {
    const shelves: { rotate(): void }[] = []
    super(rules, null, <V>() => {
      const shelf = new Generations<V>(limit)
      shelves.push(shelf)
      return shelf
    })
    this.#shelves = shelves
    this.keys = new KnownKeys(limit)
    // Not Array.from: it visits every place, and an inventory is opened in less time.
    this.#recent = new Array<Reservation | undefined>(limit)
    shelves.push(this.keys)
    this.head = head
    this.seq = head.seq
    this.now = head.at
    this.levelKeys = head.levelKeys
    this.warehouses = new Map(warehouses.map(({ record }) => [record.id, record]))
    for (const { record, onHand } of warehouses) this.onHand.set(record.id, onHand)
  }

  /** Forgets what was not used for long; only between batches. */
  rotate(): void {
    for (const shelf of this.#shelves) shelf.rotate()
    this.#loadedClaims.clear()
    this.#missing.clear()
    this.#loaded.clear()
  }

  /** What was looked up in vain since the last call; null where nothing was. */
  takeNeeds(): Needs | null {
    const needs: Needs = {
      levels: [...this.#levels.values()],
      reservations: [...this.#reservations],
      transfers: [...this.#transfers],
      holds: [...this.#holds.values()],
      claims: [...this.#claims.values()],
      keys: [...this.#keys],
      keyScopes: [...this.#keyScopes],
    }
    const collections = [
      this.#levels,
      this.#reservations,
      this.#transfers,
      this.#holds,
      this.#claims,
      this.#keys,
      this.#keyScopes,
    ]
    if (collections.every((collection) => collection.size === 0)) return null
    for (const collection of collections) collection.clear()
    return needs
  }

  receive(needs: Needs, loaded: Loaded): void {
    for (const place of needs.levels) this.#absent(place)
    for (const id of needs.reservations) this.#missing.add(id)
    for (const id of needs.transfers) this.transfers.set(id, null)
    for (const key of needs.keys) this.keys.found(key, null)
    for (const row of loaded.levels) this.#receiveLevel(row)
    for (const reservation of loaded.reservations)
      this.#loaded.set(seqOf(reservation.id), reservation)
    for (const transfer of loaded.transfers) this.transfers.set(transfer.id, transfer)
    for (const stored of loaded.keys) this.keys.found(stored.key, stored)
    needs.keyScopes.forEach((scope, index) => this.keys.setFrontier(scope, loaded.lastKeys[index]!))
    const claims = new Map(loaded.claims.map(({ key, reservations }) => [key, reservations]))
    for (const { level, count } of needs.claims) {
      this.#loadedClaims.set(level.key, { count, reservations: claims.get(level.key) ?? [] })
    }
    const windows = new Map(loaded.holds.map((found) => [found.key, found]))
    for (const { level } of needs.holds) {
      const found = windows.get(level.key)
      const kept = this.level(level.warehouseId, level.productId)
      if (kept !== null) kept.window = new HoldWindow(found?.holds, found?.end, found?.gaveUp)
    }
  }

  keyed(key: string): StoredKey | null {
    const known = this.keys.get(key)
    if (known !== undefined) return known
    this.#keys.add(key)
    const scope = scopeOf(key)
    if (!this.keys.hasFrontier(scope)) this.#keyScopes.add(scope)
    throw NOT_LOADED
  }

  override claims(level: StockLevel, count: number): Reservation[] {
    const loaded = this.#loadedClaims.get(level.key)
    if (loaded !== undefined) {
      const live = loaded.reservations.filter((claim) => !isDue(claim, this.now))
      const all = loaded.reservations.length < loaded.count
      if (all || live.length >= count) return live
    }
    const more = Math.max(count, (loaded?.count ?? 0) * 4)
    this.#claims.set(level.key, { level: rowOf(level), count: more })
    throw NOT_LOADED
  }

  override beyond(level: StockLevel): never {
    // The level that asks may be a copy in the books above, which has no window of its own.
    const size = this.level(level.warehouseId, level.productId)?.window?.size ?? 0
    const count = Math.max(FIRST_WINDOW, size * 4)
    this.#holds.set(level.key, { level: rowOf(level), count, now: this.now })
    throw NOT_LOADED
  }

  protected override absentLevel(warehouseId: string, productId: string): never {
    this.#levels.set(`${warehouseId}\n${productId}`, { warehouseId, productId })
    throw NOT_LOADED
  }

  override reservation(id: string): Reservation | null {
    const parsed = parseRecordId(id)
    if (parsed === null) return null
    const recent = this.#recent[parsed.seq % this.#recent.length]
    if (recent?.id === id) return recent
    const loaded = this.#loaded.get(parsed.seq)
    if (loaded?.id === id) return loaded
    if (this.#missing.has(id)) return null
    this.#reservations.add(id)
    throw NOT_LOADED
  }

  override keep(after: Reservation, _before: Reservation | null, level: StockLevel): void {
    this.#recent[seqOf(after.id) % this.#recent.length] = after
    const { window } = level
    if (window !== null && window.size > WINDOW_LIMIT) window.trim(WINDOW_LIMIT / 2, this.now)
  }

  protected override absentTransfer(id: string): null {
    if (parseRecordId(id) === null) return null
    this.#transfers.add(id)
    throw NOT_LOADED
  }

  /**
   * Windows are kept for levels that ran short alone: only those ask for their holds. Keeping the
   * order of every level's holds would cost a sixth of the throughput.
   */
  protected override absentHolds(level: StockLevel): HoldWindow {
    if (level.held === 0) return (level.window = new HoldWindow())
    return this.beyond(level)
  }

  override keepLevel(level: StockLevel): StockLevel {
    level.window = null
    return super.keepLevel(level)
  }

  /** The trail is on the disk: what the batches above write is not kept here. */
  protected override record(): void {}

  #absent({ warehouseId, productId }: Place): void {
    let shelf = this.levels.get(warehouseId)
    if (shelf === undefined) this.levels.set(warehouseId, (shelf = this.newShelf()))
    if (shelf.get(productId) === undefined) shelf.set(productId, null)
  }

  #receiveLevel(row: LevelRow): void {
    if (this.levels.get(row.warehouseId)?.get(row.productId)) return
    const level = new StockLevel(this, row.warehouseId, row.productId)
    level.read(row)
    this.keepLevel(level)
  }
}

/** A level as stores know it. */
export function rowOf(level: StockLevel): LevelRow {
  const { key, warehouseId, productId, available, held, allocated, lastSeq } = level
  return { key, warehouseId, productId, available, held, allocated, lastSeq }
}
