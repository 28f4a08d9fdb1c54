import type { Mark } from 'holdfast'
import type { Role } from '../access/roles.ts'

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

export const TOKEN_MARK = 'token:'

export function toMark(token: StoredToken): Mark {
  const { id, ...rest } = token
  return { name: TOKEN_MARK + id, value: JSON.stringify(rest) }
}

export function fromMark({ name, value }: Mark): StoredToken {
  const rest = JSON.parse(value) as Omit<StoredToken, 'id'>
  return { id: name.slice(TOKEN_MARK.length), ...rest }
}

export function isLive(token: StoredToken, now: number): boolean {
  return token.revokedAt === null && (token.expiresAt === null || now < token.expiresAt)
}
