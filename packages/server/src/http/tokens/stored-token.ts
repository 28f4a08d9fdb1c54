import type { StoredDocument } from 'holdfast'
import { isRole, type Role } from '../access/roles.ts'

/** A token as it is kept in the inventory's store: all of it but the secret. */
export interface StoredToken {
  readonly id: string
  /** Who acts by it: the actor of every entry that it writes. */
  readonly name: string
  readonly role: Role
  /** SHA-256 of the secret, hex. */
  readonly hash: string
  readonly createdAt: number
  readonly expiresAt: number | null
  readonly revokedAt: number | null
}

export const TOKEN_DOCUMENT = 'token:'

export function toDocument(token: StoredToken): StoredDocument {
  const { id, ...rest } = token
  return { name: TOKEN_DOCUMENT + id, value: JSON.stringify(rest) }
}

/** Null where it is not what was written: nobody gets in by it. */
export function fromDocument({ name, value }: StoredDocument): StoredToken | null {
  const id = name.slice(TOKEN_DOCUMENT.length)
  try {
    const token = { ...(JSON.parse(value) as Omit<StoredToken, 'id'>), id }
    return isToken(token) ? token : null
  } catch {
    return null
  }
}

function isToken(token: Readonly<Record<keyof StoredToken, unknown>>): boolean {
  const { name, role, hash, createdAt, expiresAt, revokedAt } = token
  return (
    typeof name === 'string' &&
    isRole(role) &&
    /^[0-9a-f]{64}$/.test(String(hash)) &&
    Number.isSafeInteger(createdAt) &&
    [expiresAt, revokedAt].every((at) => at === null || Number.isSafeInteger(at))
  )
}

export function isLive(token: StoredToken, now: number): boolean {
  return token.revokedAt === null && (token.expiresAt === null || now < token.expiresAt)
}
