import { randomBytes } from 'node:crypto'

import type { Position } from '../store.ts'
import type { Session } from './session.ts'

const SET = `INSERT INTO holdfast.position (name, seq) VALUES ($1, $2)
  ON CONFLICT (name) DO UPDATE SET seq = excluded.seq`
const ALL = "SELECT name, seq FROM holdfast.position WHERE name <> '' ORDER BY name"

/** No consumer has this name. */
const TRY = `INSERT INTO holdfast.position (name, seq, trial) VALUES ('', 0, $1)
  ON CONFLICT (name) DO UPDATE SET trial = excluded.trial`

/** About what a command of a thousand lines writes. */
const TRIAL_BYTES = 65_536

export async function setPosition(session: Session, { name, seq }: Position): Promise<void> {
  await session.run(SET, [name, seq])
}

export async function listPositions(session: Session): Promise<Position[]> {
  const { rows } = await session.run(ALL)
  return rows.map(([name, seq]) => ({ name: name as string, seq: seq as number }))
}

/** Random, so that nothing of it is left out by compressing. */
export async function tryWrite(session: Session): Promise<void> {
  await session.rows(TRY, [randomBytes(TRIAL_BYTES / 2).toString('hex')])
}
