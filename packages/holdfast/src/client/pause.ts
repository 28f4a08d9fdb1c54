const FIRST_MS = 100
const LONGEST_MS = 2000

/** Before the n-th repetition: twice as long each time, by chance a little less, or as the service asks. */
export function pauseMs(repetition: number, retryAfter: string | null): number {
  const asked = retryAfter === null ? Number.NaN : Number(retryAfter)
  const own = Math.min(LONGEST_MS, FIRST_MS * 2 ** (repetition - 1)) * (0.5 + Math.random() / 2)
  return Number.isFinite(asked) ? Math.min(Math.max(asked * 1000, own), 60_000) : own
}

/** Rejects with the signal's reason. */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      clearTimeout(timer)
      reject(signal!.reason as Error)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', leave)
      resolve()
    }, ms)
    signal?.addEventListener('abort', leave, { once: true })
  })
}
