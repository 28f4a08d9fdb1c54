import { randomBytes } from 'node:crypto'

import type { Move, Position } from '../../store.ts'
import type { Session } from '../connect/session.ts'

const MOVE = 'UPDATE holdfast.position SET seq = $2 WHERE name = $1 AND seq = $3'
const FIRST = `INSERT INTO holdfast.position (name, seq) VALUES ($1, $2)
  ON CONFLICT (name) DO NOTHING`
const REMOVE = 'DELETE FROM holdfast.position WHERE name = $1 AND seq = $2'
const ALL = "SELECT name, seq FROM holdfast.position WHERE name <> '' ORDER BY name"

/** No consumer has this name. */
const TRY = `INSERT INTO holdfast.position (name, seq, trial) VALUES ('', 0, $1)
  ON CONFLICT (name) DO UPDATE SET trial = excluded.trial`

/** About what a command of a thousand lines writes. */
const TRIAL_BYTES = 65_536

/** False if it is not where it should be. Waits for whoever is moving it. */
export async function movePosition(session: Session, { name, from, to }: Move): Promise<boolean> {
  const { rowCount } = await (from === null
    ? session.run(FIRST, [name, to])
    : to === null
      ? session.run(REMOVE, [name, from])
      : session.run(MOVE, [name, to, from]))
  return rowCount !== 0
}

export async function listPositions(session: Session): Promise<Position[]> {
  const { rows } = await session.run(ALL)
  return rows.map(([name, seq]) => ({ name: name as string, seq: seq as number }))
}

/** Random, so that nothing of it is left out by compressing. */
export async function tryWrite(session: Session): Promise<void> {
  await session.rows(TRY, [randomBytes(TRIAL_BYTES / 2).toString('hex')])
}
