import type { SQLInputValue } from 'node:sqlite'

import { Bulk, changeOneByOne, copyRow } from './bulk.ts'
import type { Connection } from '../file/connection.ts'
import {
  CHANGED,
  LEVEL_WIDTH,
  MADE,
  RESERVATION_WIDTH,
  type PackedState,
  WHOLE,
  WHOLE_WIDTH,
} from '../packed/packed-commit.ts'
import { countUpTo, isDense, rowsInOrder } from '../packed/row-order.ts'

const CHANGING = CHANGED.filter((column) => column !== 'seq')
/**
 * Stands for what never changes: the table must be able to take the row that meets the one that is there. Binding
 * what stands there would cost 0.1 µs a row. If somebody removed it, what comes in its place belongs to no level.
 */
const UNCHANGED = { level_key: 0, qty: Number.MAX_SAFE_INTEGER, created_at: 0, random: 0 }
const TEXTS = ['owner', 'replaces', 'replaced_by', 'group_id']
const CHANGING_AT_ALL = [...CHANGING, 'came_back', 'owner', 'replaced_by']

/** Writes each reservation once a commit, in order of `seq`: first those that change, then new ones. */
export class ReservationWriter {
  readonly #connection: Connection
  readonly #made: Bulk
  readonly #changed: Bulk
  /** Prepared for the first commit that has something rare. */
  #whole: { readonly made: Bulk; readonly changed: Bulk } | null = null

  constructor(connection: Connection) {
    this.#connection = connection
    const made = insert('INSERT OR ROLLBACK', [...MADE, 'owner'])
    this.#made = new Bulk(connection, made, MADE.length + 1)
    const changed = insert('INSERT', [...CHANGED, ...Object.keys(UNCHANGED)])
    const rest = { fixed: Object.values(UNCHANGED), conflict: changeMany(CHANGING) }
    this.#changed = new Bulk(connection, changed, CHANGED.length, rest)
  }

  write(packed: PackedState): void {
    if (packed.rare !== null) return this.#writeWhole(packed)
    const { numbers, owners, before, reservations } = packed
    const from = packed.levels * LEVEL_WIDTH
    const order = rowsInOrder(numbers, from, RESERVATION_WIDTH, reservations)
    const known = countUpTo(before.seq, numbers, order)
    if (isDense(numbers, order, known))
      this.#changed.write(known, (row, values, at) => {
        copyRow(numbers, order[row]!, values, at, CHANGED.length)
      })
    else {
      const rows = order.subarray(0, known)
      changeOneByOne(this.#connection, 'reservation', CHANGED, numbers, rows)
    }
    this.#made.write(reservations - known, (row, values, at) => {
      const place = order[known + row]!
      copyRow(numbers, place, values, at, MADE.length)
      values[at + MADE.length] =
        owners === null ? null : owners[(place - from) / RESERVATION_WIDTH]!
    })
  }

  /** With every column, for commits of which there are few. */
  #writeWhole(packed: PackedState): void {
    const { numbers, owners, before, reservations } = packed
    const { replaces, replacedBy, groups } = packed.rare!
    const columns = [owners, replaces, replacedBy, groups]
    const from = packed.levels * LEVEL_WIDTH
    const order = rowsInOrder(numbers, from, WHOLE_WIDTH, reservations)
    const known = countUpTo(before.seq, numbers, order)
    const fill = (place: number, values: SQLInputValue[], at: number): void => {
      copyRow(numbers, place, values, at, WHOLE_WIDTH)
      const row = (place - from) / WHOLE_WIDTH
      for (const [i, texts] of columns.entries())
        values[at + WHOLE_WIDTH + i] = texts === null ? null : texts[row]!
    }
    const { made, changed } = (this.#whole ??= prepareWhole(this.#connection))
    changed.write(known, (row, values, at) => fill(order[row]!, values, at))
    made.write(reservations - known, (row, values, at) => fill(order[known + row]!, values, at))
  }
}

function prepareWhole(connection: Connection): { readonly made: Bulk; readonly changed: Bulk } {
  const columns = [...WHOLE, ...TEXTS]
  const conflict = changeMany(CHANGING_AT_ALL)
  return {
    made: new Bulk(connection, insert('INSERT OR ROLLBACK', columns), columns.length),
    changed: new Bulk(connection, insert('INSERT', columns), columns.length, { conflict }),
  }
}

function insert(verb: string, columns: readonly string[]): string {
  return `${verb} INTO reservation (${columns.join(', ')})`
}

/** Many rows at once, of which all are there already: 0.7 µs each, an UPDATE takes 1.1. */
function changeMany(columns: readonly string[]): string {
  const changes = columns.map((column) => `${column} = excluded.${column}`)
  return `ON CONFLICT (seq) DO UPDATE SET ${changes.join(', ')}`
}
