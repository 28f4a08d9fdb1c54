import type { Commit, LevelRow, MadeRows } from '../../store.ts'
import { numbers, same, texts, type Column } from './columns.ts'
import type { Statement } from './statement.ts'

export function addNewLevels(statement: Statement, { levels, before }: MadeRows): void {
  const made = levels.filter(({ key }) => key > before.levelKeys).sort(byKey)
  if (made.length === 0) return
  statement.insert('level', countsOf(made))
  statement.insert('level_key', placesOf(made))
}

/** As they stand now. */
export function addChangedLevels(statement: Statement, { levels, before }: Commit): void {
  const changed = levels.filter(({ key }) => key <= before.levelKeys).sort(byKey)
  if (changed.length === 0) return
  statement.update('level', countsOf(changed), changed.length)
}

/** The order of the table, whose pages are then visited once: 6 % of an update. */
function byKey(a: LevelRow, b: LevelRow): number {
  return a.key - b.key
}

function countsOf(levels: readonly LevelRow[]): Record<string, Column> {
  return {
    key: numbers(levels, ({ key }) => key),
    available: numbers(levels, ({ available }) => available),
    held: numbers(levels, ({ held }) => held),
    allocated: numbers(levels, ({ allocated }) => allocated),
    last_seq: numbers(levels, ({ lastSeq }) => lastSeq),
    last_reservation: numbers(levels, ({ lastReservation }) => lastReservation),
    unsellable: rare(levels, ({ unsellable }) => unsellable),
    last_count: rare(levels, ({ lastCount }) => lastCount),
  }
}

/** Mostly 0 for all: then that is sent once. */
function rare(levels: readonly LevelRow[], of: (level: LevelRow) => number): Column {
  return levels.every((level) => of(level) === 0) ? same(0, 'bigint') : numbers(levels, of)
}

function placesOf(levels: readonly LevelRow[]): Record<string, Column> {
  return {
    key: numbers(levels, ({ key }) => key),
    product_id: texts(levels, ({ productId }) => productId),
    warehouse_id: texts(levels, ({ warehouseId }) => warehouseId),
  }
}
