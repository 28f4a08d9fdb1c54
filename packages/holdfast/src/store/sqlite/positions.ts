import type { Position } from '../store.ts'
import type { Connection } from './connection.ts'

const PUT = 'REPLACE INTO position VALUES (?, ?, NULL)'
const ALL = `SELECT name, seq FROM position WHERE name <> '' ORDER BY name`
/** No consumer has an empty name. As much as some commands write: a disk that takes a line may not take a cart. */
const TRIAL = `REPLACE INTO position VALUES ('', 0, zeroblob(65536))`

export function setPosition(connection: Connection, { name, seq }: Position): void {
  connection.run(PUT, name, seq)
}

export function listPositions(connection: Connection): Position[] {
  return connection.all(ALL).map(([name, seq]) => ({ name: name as string, seq: seq as number }))
}

/** Writes something that means nothing. */
export function tryWrite(connection: Connection): void {
  connection.run(TRIAL)
}
