import type { Commit, LevelRow, MadeRows } from '../store.ts'
import { NumberColumn, same, TextColumn, type Column } from './columns.ts'
import type { Statement } from './statement.ts'

export function addNewLevels(statement: Statement, { levels, before }: MadeRows): void {
  const made = levels.filter(({ key }) => key > before.levelKeys).sort(byKey)
  if (made.length === 0) return
  statement.insert('level', { ...countsOf(made), unsellable: unsellableOf(made) })
  statement.insert('level_key', placesOf(made))
}

/** As they stand now. */
export function addChangedLevels(statement: Statement, { levels, before }: Commit): void {
  const changed = levels.filter(({ key }) => key <= before.levelKeys).sort(byKey)
  if (changed.length === 0) return
  const columns = { ...countsOf(changed), unsellable: unsellableOf(changed) }
  statement.update('level', columns, changed.length)
}

/** The order of the table, whose pages are then visited once: 6 % of an update. */
function byKey(a: LevelRow, b: LevelRow): number {
  return a.key - b.key
}

function countsOf(levels: readonly LevelRow[]): Record<string, Column> {
  const rows = levels.length
  const columns = {
    key: new NumberColumn(rows),
    available: new NumberColumn(rows),
    held: new NumberColumn(rows),
    allocated: new NumberColumn(rows),
    last_seq: new NumberColumn(rows),
    last_reservation: new NumberColumn(rows),
  }
  for (const level of levels) {
    columns.key.push(level.key)
    columns.available.push(level.available)
    columns.held.push(level.held)
    columns.allocated.push(level.allocated)
    columns.last_seq.push(level.lastSeq)
    columns.last_reservation.push(level.lastReservation)
  }
  return columns
}

/** Mostly there are none: then that is sent once. */
function unsellableOf(levels: readonly LevelRow[]): Column {
  if (levels.every(({ unsellable }) => unsellable === 0)) return same(0, 'bigint')
  const column = new NumberColumn(levels.length)
  for (const { unsellable } of levels) column.push(unsellable)
  return column
}

function placesOf(levels: readonly LevelRow[]): Record<string, Column> {
  const rows = levels.length
  const columns = {
    key: new NumberColumn(rows),
    product_id: new TextColumn(rows),
    warehouse_id: new TextColumn(rows),
  }
  for (const { key, productId, warehouseId } of levels) {
    columns.key.push(key)
    columns.product_id.push(productId)
    columns.warehouse_id.push(warehouseId)
  }
  return columns
}
