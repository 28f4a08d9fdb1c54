/** A short look at another tab has no effect. */
const SOON_MS = 2000

let isUnseen = document.hidden
let timer: ReturnType<typeof setTimeout> | undefined
const waiting = new Set<() => void>()

document.addEventListener('visibilitychange', () => {
  clearTimeout(timer)
  if (document.hidden) timer = setTimeout(() => turn(true), SOON_MS)
  else turn(false)
})

function turn(unseen: boolean): void {
  if (unseen === isUnseen) return
  isUnseen = unseen
  for (const callback of [...waiting]) callback()
}

/** Whether the tab has been hidden for longer than a moment. */
export function isTabUnseen(): boolean {
  return isUnseen
}

/** Calls back when that changes. Returns a function that stops it. */
export function onUnseen(callback: () => void): () => void {
  waiting.add(callback)
  return () => void waiting.delete(callback)
}

/** Resolves when the tab is visible. @throws the signal's reason */
export async function untilSeen(signal: AbortSignal | null | undefined): Promise<void> {
  signal?.throwIfAborted()
  if (!isUnseen) return
  await new Promise<void>((resolve) => {
    const done = (): void => {
      stop()
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const stop = onUnseen(done)
    signal?.addEventListener('abort', done)
  })
  signal?.throwIfAborted()
}
