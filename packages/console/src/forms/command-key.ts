/** Codes that leave the outcome unknown. */
const UNKNOWN: ReadonlySet<string> = new Set(['COMMIT_UNKNOWN', 'STORE_UNAVAILABLE'])

/** Whether the outcome of a command is unknown. Then it is sent again as it was, with its key, or not at all. */
export function isUnknown(error: unknown): boolean {
  const { code } = error as { code?: string }
  return code === undefined || UNKNOWN.has(code)
}

/** A new idempotency key. It starts with the time, so that the service's index stays fast. */
export function newKey(): string {
  const random = crypto.getRandomValues(new Uint32Array(3))
  return `console-${Date.now().toString(36)}-${Array.from(random, (one) => one.toString(36)).join('')}`
}
