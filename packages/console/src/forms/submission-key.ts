import type { Values } from './values.ts'

/** Codes after which nobody knows whether it was done. */
const UNKNOWN: ReadonlySet<string> = new Set(['COMMIT_UNKNOWN', 'STORE_UNAVAILABLE'])

/**
 * The idempotency key of a form. A second click and a second try after silence carry the same key, and
 * act once; after an answer, or with other values, it is another command.
 */
export class SubmissionKey {
  #key: string | null = null
  #values = ''

  of(values: Values): string {
    const text = JSON.stringify(values)
    if (this.#key === null || text !== this.#values) this.#key = newKey()
    this.#values = text
    return this.#key
  }

  /** A refusal is stored with its key, and would be answered again. */
  answered(error: unknown): void {
    if (!isUnknown(error)) this.#key = null
  }
}

/** Whether nobody knows what became of a command. */
export function isUnknown(error: unknown): boolean {
  const { code } = error as { code?: string }
  return code === undefined || UNKNOWN.has(code)
}

/** Its first part is the time, so that the service finds its place quickly. */
export function newKey(): string {
  const random = crypto.getRandomValues(new Uint32Array(3))
  return `console-${Date.now().toString(36)}-${Array.from(random, (one) => one.toString(36)).join('')}`
}
