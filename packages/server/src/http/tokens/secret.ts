import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { documentId } from '../documents/stored-documents.ts'

const SHAPE = /^hf_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/

/** A token as its owner holds it: an id to look it up by, and a secret that nobody stores. */
export interface Secret {
  readonly id: string
  readonly secret: string
}

/**
 * 256 random bits, with a beginning that scanners for leaked secrets can find. An idempotency key
 * gives the id, never the secret.
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

/** What is stored. The secret has 256 bits: a slow hash would protect nothing more. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** The same work whatever the answer. */
export function isSecret(secret: string, storedHash: string): boolean {
  const given = createHash('sha256').update(secret).digest()
  return timingSafeEqual(given, Buffer.from(storedHash, 'hex'))
}
