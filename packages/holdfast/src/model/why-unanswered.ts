/**
 * Why a request that had `withinMs` got no answer, for people. A `fetch` says only that it failed, and its cause why.
 */
export function whyUnanswered(error: unknown, withinMs: number): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return `it took longer than ${withinMs / 1000} seconds`
  const { cause } = error
  return cause instanceof Error ? `${error.message}: ${reasonOf(cause)}` : reasonOf(error)
}

/** If several addresses were tried, each has its own reason, and there is no message for all. */
function reasonOf(error: Error): string {
  if (!(error instanceof AggregateError)) return error.message
  return error.errors.map(({ message }: Error) => message).join('; ')
}
