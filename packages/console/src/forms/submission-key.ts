import type { Values } from './values.ts'

/** Codes that leave the outcome unknown. */
const UNKNOWN: ReadonlySet<string> = new Set(['COMMIT_UNKNOWN', 'STORE_UNAVAILABLE'])

/**
 * The idempotency key of a form. A second click, or a retry without an answer, has the same key and takes effect once.
 * After an answer, or with other values, it is a new command.
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

  /** A refusal is stored with its key, and would be repeated. */
  answered(error: unknown): void {
    if (!isUnknown(error)) this.#key = null
  }
}

/** Whether the outcome of a command is unknown. */
export function isUnknown(error: unknown): boolean {
  const { code } = error as { code?: string }
  return code === undefined || UNKNOWN.has(code)
}

/** It starts with the time, so that the service's index stays fast. */
export function newKey(): string {
  const random = crypto.getRandomValues(new Uint32Array(3))
  return `console-${Date.now().toString(36)}-${Array.from(random, (one) => one.toString(36)).join('')}`
}
