import type { Inventory } from 'holdfast'
import { covered, type Cover } from './cover.ts'
import { spread } from './places.ts'
import { ACTOR, type Identity, type Position, positionDocument } from './position.ts'
import type { Survey } from './survey.ts'
import { parts } from './windows.ts'

/** The stock before the first order: `cover` × each product's demand, distributed over the warehouses. */
export function openingStock(survey: Survey, cover: Cover): OpeningRow[] {
  return [...survey.demand].flatMap(([productId, demand]) =>
    spread(covered(cover, demand)).map((part) => ({ ...part, productId })),
  )
}

export interface OpeningRow {
  readonly warehouseId: string
  readonly productId: string
  readonly qty: number
}

/** Adds the rows that are missing. Returns the position after them, and how many there were. */
export async function stockUp(
  inventory: Inventory,
  rows: readonly OpeningRow[],
  identity: Identity,
  from: Position,
): Promise<{ readonly position: Position; readonly operations: number }> {
  let position = from
  for (const some of parts(rows.slice(from.opening))) {
    const commands = some.map((row) => ({ verb: 'addStock', ...row, source: 'OPENING' }) as const)
    const next = { ...position, opening: position.opening + some.length }
    const { seq } = await inventory.atomically(
      { commands, actor: ACTOR },
      positionDocument(identity, next),
    )
    position = { ...next, shippedThrough: seq }
  }
  return { position, operations: rows.length - from.opening }
}
