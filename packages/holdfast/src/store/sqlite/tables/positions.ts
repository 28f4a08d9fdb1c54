import type { Move, Position } from '../../store.ts'
import type { Connection } from '../file/connection.ts'

const MOVE = 'UPDATE position SET seq = ? WHERE name = ? AND seq = ?'
const FIRST = 'INSERT INTO position VALUES (?, ?, NULL) ON CONFLICT DO NOTHING'
const REMOVE = 'DELETE FROM position WHERE name = ? AND seq = ?'
const ALL = `SELECT name, seq FROM position WHERE name <> '' ORDER BY name`
/** No consumer has an empty name. As much as some commands write: a disk that takes a line may not take a cart. */
const TRIAL = `REPLACE INTO position VALUES ('', 0, zeroblob(65536))`

/** False if it is not where it should be. */
export function movePosition(connection: Connection, { name, from, to }: Move): boolean {
  if (from === null) return connection.run(FIRST, name, to) > 0
  if (to === null) return connection.run(REMOVE, name, from) > 0
  return connection.run(MOVE, to, name, from) > 0
}

export function listPositions(connection: Connection): Position[] {
  return connection.all(ALL).map(([name, seq]) => ({ name: name as string, seq: seq as number }))
}

/** Writes something that means nothing. */
export function tryWrite(connection: Connection): void {
  connection.run(TRIAL)
}
