import { backOffMs, type BackOff } from '../model/back-off.ts'

const BACK_OFF: BackOff = {
  firstMs: 100,
  longestMs: 2000,
  spread: [0.5, 1],
  longestAskedMs: 60_000,
}

/** The pause before the n-th repetition, or the one that `Retry-After` asks for: in seconds, or until a date. */
export function pauseMs(repetition: number, retryAfter: string | null): number {
  const seconds = Number(retryAfter)
  const askedMs = Number.isNaN(seconds) ? Date.parse(retryAfter!) - Date.now() : seconds * 1000
  return backOffMs(BACK_OFF, repetition, Math.random(), Number.isFinite(askedMs) ? askedMs : 0)
}

/** Rejects with the signal's reason. */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason as Error)
      return
    }
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
