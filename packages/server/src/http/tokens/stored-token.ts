import { isRole, type Role } from '../access/roles.ts'
import type { DocumentKind } from '../documents/stored-documents.ts'

/** A token as it is stored in the inventory, without its secret. */
export interface StoredToken {
  readonly id: string
  /** Whose token it is: the actor of every entry that it writes. */
  readonly name: string
  readonly role: Role
  /** SHA-256 of the secret, hex. */
  readonly hash: string
  readonly createdAt: number
  readonly expiresAt: number | null
  readonly revokedAt: number | null
}

/** In code points. */
export const LONGEST_NAME = 128

export const TOKENS: DocumentKind<StoredToken> = {
  prefix: 'token:',
  isWhole: ({ name, role, hash, createdAt, expiresAt, revokedAt }) =>
    typeof name === 'string' &&
    isRole(role) &&
    /^[0-9a-f]{64}$/.test(String(hash)) &&
    Number.isSafeInteger(createdAt) &&
    [expiresAt, revokedAt].every((at) => at === null || Number.isSafeInteger(at)),
  damaged: 'it is not accepted',
}

export function isLive(token: StoredToken, now: number): boolean {
  return token.revokedAt === null && (token.expiresAt === null || now < token.expiresAt)
}
