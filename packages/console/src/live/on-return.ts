import { isLive } from '../service/client.ts'

/** Calls back whenever the service is back. Returns a function that stops it. */
export function onReturn(callback: () => void): () => void {
  let was = isLive.peek()
  return isLive.subscribe((is) => {
    if (is && !was) callback()
    was = is
  })
}
