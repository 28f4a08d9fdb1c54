import type { Column } from '../output/table.ts'
import { isoTime } from '../output/time.ts'
import type { ShownToken } from './token-store.ts'

export const TOKENS: readonly Column<ShownToken>[] = [
  { title: 'token', of: ({ id }) => id, whole: true },
  { title: 'role', of: ({ role }) => role },
  { title: 'name', of: ({ name }) => name },
  { title: 'made', of: ({ createdAt }) => isoTime(createdAt) },
  { title: 'until', of: ({ expiresAt, revokedAt }) => until(expiresAt, revokedAt) },
]

function until(expiresAt: number | null, revokedAt: number | null): string {
  if (revokedAt !== null) return `revoked ${isoTime(revokedAt)}`
  return expiresAt === null ? 'no end' : isoTime(expiresAt)
}
