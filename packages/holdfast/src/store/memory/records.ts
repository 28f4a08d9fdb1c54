import { HoldWindow } from '../../model/hold-window.ts'
import type { Reservation } from '../../model/reservation.ts'
import type { Transfer } from '../../model/transfer.ts'
import { seqOf } from '../../model/record-id.ts'
import { CommitBody, type LoggedCommit } from '../../log/commit-body.ts'
import type { LogSource } from '../../log/pages.ts'
import type { Head, KeyRow, LevelRow, WarehouseRow } from '../store.ts'
import { compareIds } from './id-order.ts'

const EMPTY: Head = { seq: 0, hash: '0'.repeat(64), at: 0, commit: 0, levelKeys: 0 }

/** Everything that the store holds. Records are immutable: a change puts a new one in their place. */
export class Records {
  head: Head = EMPTY
  warehouses = new Map<string, WarehouseRow>()
  /** By key less one. */
  levels: LevelRow[] = []
  levelKeys = new Map<string, number>()
  reservations = new Map<string, Reservation>()
  /** Ids in order of `seq`. */
  reservationOrder: string[] = []
  transfers = new Map<string, Transfer>()
  transferOrder: string[] = []
  /** By number less one. */
  commits: LoggedCommit[] = []
  keys = new Map<string, KeyRow>()
  /** Of each scope, the greatest key that was ever stored. */
  lastKeys = new Map<string, string>()
  documents = new Map<string, string>()
  /** Of consumers, by name. */
  positions = new Map<string, number>()
  /** Pending holds in order of expiry: all of them, and by level. */
  pending = new HoldWindow()
  pendingOf = new Map<number, HoldWindow>()
  /** Ids of pending holds by owner and by group; for the writer alone. */
  heldBy = new Map<string, Set<string>>()
  #levelOrder: readonly LevelRow[] = []

  level(warehouseId: string, productId: string): LevelRow | undefined {
    const key = this.levelKeys.get(placeKey(warehouseId, productId))
    return key === undefined ? undefined : this.levels[key - 1]
  }

  /** Keys in order of (productId, warehouseId). Levels are never removed: sorted when one came. */
  levelsInOrder(): readonly LevelRow[] {
    if (this.#levelOrder.length !== this.levels.length) {
      this.#levelOrder = this.levels.toSorted(
        (a, b) => compareIds(a.productId, b.productId) || compareIds(a.warehouseId, b.warehouseId),
      )
    }
    return this.#levelOrder
  }

  /** The level's reservation that was made before this one; 0 if there is none. */
  behind = new Map<string, number>()

  /** The log as it is now. */
  get log(): LogSource {
    const { commits } = this
    return {
      seq: this.head.seq,
      *from(seq) {
        for (let i = countOf(commits, ({ lastSeq }) => lastSeq < seq); i < commits.length; i++)
          yield new CommitBody(commits[i]!)
      },
      with: (seq) => {
        const commit = commits[countOf(commits, ({ lastSeq }) => lastSeq < seq)]
        return commit === undefined ? undefined : new CommitBody(commit)
      },
      placeOf: (key) => this.levels[key - 1],
      levelsOf: (productId) =>
        new Set(this.levels.filter((level) => level.productId === productId).map(({ key }) => key)),
    }
  }

  /** The log of others, and what is stored beside it. */
  takeLog(others: Records): void {
    this.head = others.head
    this.commits = others.commits
    this.keys = others.keys
    this.lastKeys = others.lastKeys
    this.documents = others.documents
    this.positions = others.positions
  }

  /** Levels, reservations, transfers and warehouses of others. */
  takeState(others: Records): void {
    this.warehouses = others.warehouses
    this.levels = others.levels
    this.levelKeys = others.levelKeys
    this.reservations = others.reservations
    this.behind = others.behind
    this.reservationOrder = others.reservationOrder
    this.transfers = others.transfers
    this.transferOrder = others.transferOrder
    this.pending = others.pending
    this.pendingOf = others.pendingOf
    this.heldBy = others.heldBy
    this.#levelOrder = []
  }

  /**
   * The state as it is now, for a reader that must not see it change. It costs a walk over all
   * reservations and as many pointers; entries and records themselves are shared.
   */
  copy(): Records {
    const copy = new Records()
    copy.head = this.head
    copy.warehouses = new Map(this.warehouses)
    copy.levels = this.levels.slice()
    copy.levelKeys = new Map(this.levelKeys)
    copy.reservations = new Map(this.reservations)
    copy.behind = new Map(this.behind)
    copy.reservationOrder = this.reservationOrder.slice()
    copy.transfers = new Map(this.transfers)
    copy.transferOrder = this.transferOrder.slice()
    copy.commits = this.commits.slice()
    copy.keys = new Map(this.keys)
    copy.documents = new Map(this.documents)
    copy.positions = new Map(this.positions)
    copy.pending = new HoldWindow(this.pending)
    copy.pendingOf = new Map(
      Array.from(this.pendingOf, ([key, holds]) => [key, new HoldWindow(holds)]),
    )
    return copy
  }
}

export function placeKey(warehouseId: string, productId: string): string {
  return `${productId}\0${warehouseId}`
}

/** How many of an ordered list come before all others. */
export function countOf<T>(list: readonly T[], isBefore: (one: T) => boolean): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (isBefore(list[middle]!)) low = middle + 1
    else high = middle
  }
  return low
}

/** How many of these ids were made before `seq`. */
export function countBefore(order: readonly string[], seq: number): number {
  return countOf(order, (id) => seqOf(id) < seq)
}
