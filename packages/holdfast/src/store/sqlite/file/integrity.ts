import { counted } from '../../../model/counted.ts'
import type { Connection } from './connection.ts'
import { schemaFaults } from './made-schema.ts'

/** The full check: the quick one does not compare indexes with their tables. */
const CHECK = 'PRAGMA integrity_check'

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
