import type { Connection } from './connection.ts'

/** The full check: the quick one does not compare indexes with their tables. */
const CHECK = 'PRAGMA integrity_check'

/** What SQLite finds wrong with its file. At some pages it gives up: that is a finding, too. */
export function integrity(connection: Connection): string[] {
  const found: string[] = []
  try {
    for (const [message] of connection.iterate(CHECK)) found.push(String(message))
  } catch (error) {
    found.push((error as Error).message)
  }
  return found.filter((message) => message !== 'ok')
}
