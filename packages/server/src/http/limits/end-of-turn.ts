let pending: Promise<void> | null = null

/**
 * Resolves when all that has arrived by now was read: requests that came in the same turn of the event
 * loop go to the engine together, and share a commit. The first one would otherwise have a commit for
 * itself, and all others would wait for it.
 */
export function endOfTurn(): Promise<void> {
  pending ??= new Promise((resolve) => {
    setImmediate(() => {
      pending = null
      resolve()
    })
  })
  return pending
}
