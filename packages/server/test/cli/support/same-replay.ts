import assert from 'node:assert/strict'
import { holdfast } from './holdfast.ts'

interface Entry {
  readonly reservationId: string | null
  readonly transferId: string | null
  readonly group: string | null
  readonly metadata: Readonly<Record<string, string>>
  readonly timestamp: number
}

export interface Compared {
  readonly levels: number
  readonly entries: number
}

/**
 * Replays a file on two stores and compares the stock and the trail that it leaves: letter for letter,
 * times aside, and with each id of a reservation, transfer or group put as the number of its first entry.
 */
export async function sameReplay(
  file: string,
  dbs: readonly [string, string],
  cover: string,
): Promise<Compared> {
  const [[stock, trail], [otherStock, otherTrail]] = [
    await replayed(file, dbs[0], cover),
    await replayed(file, dbs[1], cover),
  ]
  assert.deepEqual(otherStock, stock)
  assert.equal(otherTrail.length, trail.length)
  for (const [index, entry] of trail.entries()) assert.deepEqual(otherTrail[index], entry)
  return { levels: stock.length, entries: trail.length }
}

async function replayed(file: string, db: string, cover: string): Promise<[string[], object[]]> {
  const { code, stderr } = await holdfast('replay', file, '--db', db, '--cover', cover)
  assert.equal(code, 0, stderr)
  const [stock, trail] = await Promise.all([
    holdfast('export', 'stock', '--db', db),
    holdfast('export', 'trail', '--format', 'json', '--db', db),
  ])
  const ids = new Map<string, number>()
  return [lines(stock.stdout), lines(trail.stdout).map((line) => timeless(line, ids))]
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '')
}

function timeless(line: string, ids: Map<string, number>): object {
  const {
    timestamp: _,
    reservationId,
    transferId,
    group,
    metadata,
    ...rest
  } = JSON.parse(line) as Entry
  const number = (id: string | null | undefined): number | null => {
    if (id === null || id === undefined) return null
    if (!ids.has(id)) ids.set(id, ids.size)
    return ids.get(id)!
  }
  const { expiresAt, expiredAt, ...said } = metadata
  return {
    ...rest,
    reservation: number(reservationId),
    transfer: number(transferId),
    group: number(group),
    metadata: { ...said, reservationId: number(said['reservationId']) },
    expires: [expiresAt, expiredAt].map((time) => time !== undefined),
  }
}
