let pending: Promise<void> | null = null

/**
 * Resolves when everything that has arrived by now is read. So requests of one turn of the event loop go to the engine
 * together and share a commit. Otherwise the first would get a commit of its own, and the others would wait for it.
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
