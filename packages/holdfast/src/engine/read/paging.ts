import { checkId } from '../../model/id.ts'
import { invalid, LIMITS } from '../../model/limits.ts'

/** @throws InvalidInputError */
export function pageLimit(limit: number | undefined): number {
  if (limit === undefined) return LIMITS.defaultPageItems
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMITS.pageItems) {
    throw invalid('limit', `must be a whole number from 1 to ${LIMITS.pageItems}`)
  }
  return limit
}

/** A cursor says where the next page begins; callers hand it back as it is. */
export function encodeCursor(list: string, position: unknown): string {
  return Buffer.from(JSON.stringify([list, position])).toString('base64url')
}

/** @throws InvalidInputError for a cursor that this list did not make */
export function decodeCursor<T>(
  list: string,
  cursor: string | undefined,
  isPosition: (value: unknown) => value is T,
): T | undefined {
  if (cursor === undefined) return undefined
  try {
    const [name, position] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[]
    if (name === list && isPosition(position)) return position
  } catch {
    // Told below, together with a cursor of another list.
  }
  throw invalid('cursor', 'is not a cursor of this list')
}

export function isSeq(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

/** @throws InvalidInputError for what is no id: a database may refuse such a text */
export function isPair(value: unknown): value is [string, string] {
  if (!Array.isArray(value) || value.length !== 2) return false
  for (const id of value as unknown[]) checkId(id, 'cursor')
  return true
}
