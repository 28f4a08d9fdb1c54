import { hash } from 'node:crypto'

/** The format of the bodies that are written here. */
export const FORMAT = 1

/** The hash that the first commit follows. */
export const NO_HASH = '0'.repeat(64)

/** What a commit's hash covers beside its body. */
export interface CommitHeader {
  /** 1, 2, 3 … */
  readonly commit: number
  /** `seq` of its first entry; where it has none, of the next one that there will be. */
  readonly firstSeq: number
  readonly lastSeq: number
  readonly at: number
  readonly levelKeys: number
  /** 32 hex digits. */
  readonly batchId: string
}

/**
 * SHA-256, hex, of the JSON of `[format, hash before, commit, firstSeq, lastSeq, at, levelKeys, batchId, SHA-256 of
 * the body]`. The body's own hash stands in between, so that a commit can be proved from its header alone.
 */
export function commitHash(
  before: string,
  header: CommitHeader,
  body: string | Uint8Array,
): string {
  const { commit, firstSeq, lastSeq, at, levelKeys, batchId } = header
  const parts = [FORMAT, before, commit, firstSeq, lastSeq, at, levelKeys, batchId, sha256(body)]
  return sha256(JSON.stringify(parts))
}

export function sha256(text: string | Uint8Array): string {
  return hash('sha256', text, 'hex')
}

/** What the body says of a text that stands apart: 16 bytes, hex. Without the salt nobody can guess the text. */
export function textDigest(salt: string, text: string): string {
  return sha256(JSON.stringify([salt, text])).slice(0, 32)
}

/** What the body says of a key and of its answer: 8 bytes of each, hex. */
export function keyDigest(key: string, fingerprint: string, answer: string): string {
  const of = hash('sha256', key, 'hex').slice(0, 16)
  return of + hash('sha256', `${fingerprint}\n${answer}`, 'hex').slice(0, 16)
}
