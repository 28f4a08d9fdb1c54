import { Bulk, changeOneByOne, copyRow } from './bulk.ts'
import type { Connection } from '../file/connection.ts'
import { LEVEL_NUMBERS, LEVEL_WIDTH, type PackedState } from '../packed/packed-commit.ts'
import { countUpTo, isDense, rowsInOrder } from '../packed/row-order.ts'

/** Writes each level once a commit, as it stands at its end, in order of key. */
export class LevelWriter {
  readonly #connection: Connection
  readonly #keys: Bulk
  readonly #made: Bulk
  readonly #changed: Bulk

  constructor(connection: Connection) {
    this.#connection = connection
    this.#keys = new Bulk(connection, 'INSERT OR ROLLBACK INTO level_key', 3)
    this.#made = new Bulk(connection, 'INSERT OR ROLLBACK INTO level', LEVEL_WIDTH)
    this.#changed = new Bulk(connection, 'REPLACE INTO level', LEVEL_WIDTH)
  }

  write(packed: PackedState): void {
    const { numbers, levels, before } = packed
    const order = rowsInOrder(numbers, 0, LEVEL_WIDTH, levels)
    const known = countUpTo(before.levelKeys, numbers, order)
    if (isDense(numbers, order, known)) {
      this.#changed.write(known, (row, values, at) => {
        copyRow(numbers, order[row]!, values, at, LEVEL_WIDTH)
      })
    } else
      changeOneByOne(this.#connection, 'level', LEVEL_NUMBERS, numbers, order.subarray(0, known))
    if (known === levels) return
    this.#writeKeys(packed)
    this.#made.write(levels - known, (row, values, at) => {
      copyRow(numbers, order[known + row]!, values, at, LEVEL_WIDTH)
    })
  }

  #writeKeys({ numbers, levels, newLevels, before }: PackedState): void {
    const keys: number[] = []
    for (let at = 0; at < levels * LEVEL_WIDTH; at += LEVEL_WIDTH) {
      if (numbers[at]! > before.levelKeys) keys.push(numbers[at]!)
    }
    this.#keys.write(keys.length, (row, values, at) => {
      values[at] = keys[row]!
      values[at + 1] = newLevels[row * 2]!
      values[at + 2] = newLevels[row * 2 + 1]!
    })
  }
}
