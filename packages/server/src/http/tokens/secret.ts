import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { documentId } from '../documents/stored-documents.ts'

const SHAPE = /^hf_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/

/** A token as its owner has it: an id to look it up by, and a secret that is stored nowhere. */
export interface Secret {
  readonly id: string
  readonly secret: string
}

/**
 * 256 random bits, with a prefix that scanners for leaked secrets can find. An idempotency key determines the id, never
 * the secret.
 */
export function newSecret(key: string | null): Secret {
  return { id: documentId(key), secret: randomBytes(32).toString('base64url') }
}

export function tokenText({ id, secret }: Secret): string {
  return `hf_${id}_${secret}`
}

export function readToken(text: string): Secret | null {
  const [, id, secret] = SHAPE.exec(text) ?? []
  return id === undefined || secret === undefined ? null : { id, secret }
}

/** What is stored. With a secret of 256 bits, a slow hash would not protect better. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** Takes the same time whatever the result. */
export function isSecret(secret: string, storedHash: string): boolean {
  const given = createHash('sha256').update(secret).digest()
  return timingSafeEqual(given, Buffer.from(storedHash, 'hex'))
}
