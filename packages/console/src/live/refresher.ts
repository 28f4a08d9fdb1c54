const SOON_MS = 60
const SELDOM_MS = 1000

/**
 * Makes a list follow the trail. However often it is called, it loads soon after the first call, at most once a second,
 * never twice at once, and always once more after the last call.
 */
export function refresher(load: () => Promise<void>): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let isLoading = false
  let isWanted = false
  let lastAt = -Infinity
  const run = async (): Promise<void> => {
    timer = undefined
    isWanted = false
    isLoading = true
    lastAt = performance.now()
    try {
      await load()
    } catch {
      // The list stays as it is. The connection notice says what is wrong, and the next entry tries again.
    }
    isLoading = false
    if (isWanted) wake()
  }
  const wake = (): void => {
    isWanted = true
    if (isLoading || timer !== undefined) return
    const waitMs = Math.max(SOON_MS, lastAt + SELDOM_MS - performance.now())
    timer = setTimeout(() => void run(), waitMs)
  }
  return wake
}
