import type { Inventory } from 'holdfast'
import { Failure } from '../cli/failure.ts'

/** What is replayed. With another file or cover it cannot be continued. */
export interface Identity {
  readonly file: string
  readonly sha256: string
  readonly cover: string
}

/** How far a replay is. Written in the same transaction as the work itself. */
export interface Position {
  /** Rows of the opening stock that are added. */
  readonly opening: number
  /** Steps of the file that are done or refused. */
  readonly steps: number
  /** If the next step is a large order: how many of its parts are held. */
  readonly parts: number
  /** Every order with entries up to this `seq` is shipped; later ones may not be. */
  readonly shippedThrough: number
}

const NAME = 'replay'
/** The actor of a replay, which distinguishes its entries from others. */
export const ACTOR = 'replay'
/** Incremented when a file gives other steps than before, so that old replays cannot be continued. */
const RULES = 1
const START: Position = { opening: 0, steps: 0, parts: 0, shippedThrough: 0 }

/** How far this replay is. @throws Failure if the inventory has something else */
export async function readPosition(inventory: Inventory, identity: Identity): Promise<Position> {
  const value = await inventory.document(NAME)
  if (value === null) {
    const { items } = await inventory.listStock({ limit: 1 })
    if (items.length === 0) return START
    throw new Failure(
      'this inventory has stock that is not from a replay',
      'A replay needs a new inventory: name one with --db PATH.',
    )
  }
  const { file, sha256, cover, rules, ...position } = JSON.parse(value) as Identity &
    Position & { readonly rules: number }
  if (rules !== RULES) {
    throw new Failure(
      'this inventory has a replay by another version of holdfast',
      'Continue with that version, or name a new inventory with --db PATH.',
    )
  }
  if (sha256 !== identity.sha256) {
    throw new Failure(
      `this inventory has a replay of ${file}, and ${identity.file} is another file or was changed since (SHA-256 ${identity.sha256.slice(0, 12)}…, not ${sha256.slice(0, 12)}…)`,
      'Continue with the same file, or name a new inventory with --db PATH.',
    )
  }
  if (cover !== identity.cover) {
    throw new Failure(
      `this inventory has a replay of ${file} with --cover ${cover}, not ${identity.cover}`,
      `Continue with --cover ${cover}, or name a new inventory with --db PATH.`,
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
