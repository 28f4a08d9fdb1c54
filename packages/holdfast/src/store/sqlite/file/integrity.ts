import { counted } from '../../../model/counted.ts'
import type { Connection } from './connection.ts'
import { schemaFaults } from './made-schema.ts'

/** The full check: the quick one does not compare indexes with their tables. */
const CHECK = 'PRAGMA integrity_check'

/** The tables whose key begins with a number. */
const NUMBERED = {
  commits: 'number',
  idempotency: 'id',
  level: 'key',
  level_key: 'key',
  log_bond: 'one',
  migration: 'number',
  posting: 'kind',
  posting_watermark: 'one',
  reservation: 'seq',
  transfer: 'seq',
  warehouse: 'position',
  warehouse_stock: 'position',
}

/** What is not joined is not read by anybody, and stands in the way of what comes. */
const COUNTS = `SELECT (SELECT count(*) FROM level_key), (SELECT count(*) FROM level),
  (SELECT count(*) FROM warehouse), (SELECT count(*) FROM warehouse_stock)`

/**
 * What is other in the file's schema than it was made, and what SQLite finds wrong with the file. At some pages it
 * gives up: that is a finding, too.
 */
export function integrity(connection: Connection): string[] {
  const found: string[] = []
  try {
    found.push(...schemaFaults(connection))
    for (const [message] of connection.iterate(CHECK)) found.push(String(message))
    found.push(...strangeNumbers(connection))
    const [names, levels, warehouses, sums] = connection.get(COUNTS)!.map(Number) as [
      number,
      number,
      number,
      number,
    ]
    if (names !== levels)
      found.push(`levels: ${counted(names, 'name')}, ${counted(levels, 'count')}`)
    if (warehouses !== sums)
      found.push(`warehouses: ${counted(warehouses, 'name')}, ${counted(sums, 'count')}`)
  } catch (error) {
    found.push((error as Error).message)
  }
  return found.filter((message) => message !== 'ok')
}

/**
 * Rows whose numbers are none of ours. The proof reads all numbers that a program can tell apart, so it would pass over
 * others; and a file that is open for reading only is checked without its CHECKs.
 */
function strangeNumbers(connection: Connection): string[] {
  return Object.entries(NUMBERED).flatMap(([table, column]) => {
    // The only row of a table.
    const [least, most] = column === 'one' ? [1, 1] : [0, Number.MAX_SAFE_INTEGER]
    const strange = connection.get(
      `SELECT CAST(${column} AS TEXT) FROM ${table} WHERE ${column} < ? OR ${column} > ? LIMIT 1`,
      ...[least, most],
    )
    return strange === undefined ? [] : [`${table} has a row ${String(strange[0])}`]
  })
}
