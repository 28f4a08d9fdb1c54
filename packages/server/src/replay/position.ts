import type { Inventory } from 'holdfast'
import { Failure } from '../cli/failure.ts'

/** What is replayed: with another file or another cover nothing could be continued. */
export interface Identity {
  readonly file: string
  readonly sha256: string
  readonly cover: string
}

/** How far a replay is. It is written in the same transaction as the work that it speaks of. */
export interface Position {
  /** Rows of the opening stock that are in. */
  readonly opening: number
  /** Steps of the file that are decided: done, or refused. */
  readonly steps: number
  /** Of the step after these, a large order: so many of its parts are held. */
  readonly parts: number
  /** Every order with entries up to this `seq` is shipped; those behind it may not be. */
  readonly shippedThrough: number
}

const NAME = 'replay'
/** Stands as actor on everything that a replay does: so its entries are told from all others. */
export const ACTOR = 'replay'
/** Counted up whenever a file comes to other steps than before: those cannot be continued. */
const RULES = 1
const START: Position = { opening: 0, steps: 0, parts: 0, shippedThrough: 0 }

/** Where this replay stands. @throws Failure where something else lies in the inventory */
export async function readPosition(inventory: Inventory, identity: Identity): Promise<Position> {
  const value = await inventory.document(NAME)
  if (value === null) {
    const { items } = await inventory.listStock({ limit: 1 })
    if (items.length === 0) return START
    throw new Failure(
      'this inventory holds stock that is not of a replay',
      'A replay needs a file of its own: name a new one with --db PATH.',
    )
  }
  const { file, sha256, cover, rules, ...position } = JSON.parse(value) as Identity &
    Position & { readonly rules: number }
  if (rules !== RULES) {
    throw new Failure(
      'this inventory holds a replay of another version of holdfast',
      'Go on with that version, or name a new inventory with --db PATH.',
    )
  }
  if (sha256 !== identity.sha256) {
    throw new Failure(
      `this inventory holds a replay of ${file}, and ${identity.file} is another file or was changed since (SHA-256 ${identity.sha256.slice(0, 12)}…, not ${sha256.slice(0, 12)}…)`,
      'Go on with the same file, or name a new inventory with --db PATH.',
    )
  }
  if (cover !== identity.cover) {
    throw new Failure(
      `this inventory holds a replay of ${file} with --cover ${cover}, not ${identity.cover}`,
      `Go on with --cover ${cover}, or name a new inventory with --db PATH.`,
    )
  }
  return position
}

export function positionDocument(
  identity: Identity,
  position: Position,
): { readonly documents: readonly { readonly name: string; readonly value: string }[] } {
  return {
    documents: [{ name: NAME, value: JSON.stringify({ rules: RULES, ...identity, ...position }) }],
  }
}
