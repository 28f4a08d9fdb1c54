import { hash } from 'node:crypto'

/** The version of the format written here. */
export const FORMAT = 1

/** The hash before the first commit. */
export const NO_HASH = '0'.repeat(64)

/** The fields that a commit's hash covers, besides its body. */
export interface CommitHeader {
  /** 1, 2, 3, … */
  readonly commit: number
  /** `seq` of its first entry; if it has none, of the next entry to be written. */
  readonly firstSeq: number
  readonly lastSeq: number
  readonly at: number
  readonly levelKeys: number
  /** 32 hex digits. */
  readonly batchId: string
}

/**
 * SHA-256, hex, of the JSON of `[format, hash before, commit, firstSeq, lastSeq, at, levelKeys, batchId, SHA-256 of the
 * body]`. It covers the body by the body's own hash, so that a commit can be proved from its header alone.
 */
export function commitHash(before: string, header: CommitHeader, bodyHash: string): string {
  const { commit, firstSeq, lastSeq, at, levelKeys, batchId } = header
  const parts = [FORMAT, before, commit, firstSeq, lastSeq, at, levelKeys, batchId, bodyHash]
  return sha256(JSON.stringify(parts))
}

export function sha256(text: string | Uint8Array): string {
  return hash('sha256', text, 'hex')
}

/** The digest in the body of a text stored separately: 16 bytes, hex. Without the salt the text cannot be guessed. */
export function textDigest(salt: string, text: string): string {
  return pairDigest(JSON.stringify([salt, text]))
}

/** The same of the JSON of salt and text. */
export function pairDigest(json: string): string {
  return sha256(json).slice(0, 32)
}

/** The digest in the body of a key and its answer: 8 bytes of each, hex. */
export function keyDigest(key: string, fingerprint: string, answer: string): string {
  const of = hash('sha256', key, 'hex').slice(0, 16)
  return of + hash('sha256', `${fingerprint}\n${answer}`, 'hex').slice(0, 16)
}
