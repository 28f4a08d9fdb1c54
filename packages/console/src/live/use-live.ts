import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { model, type Change } from './model.ts'

const REDRAW_MS = 200

/**
 * Redraws a component when its subject has changed, a few times a second at most. Returns a number that differs each
 * time.
 */
export function useLive(isAbout: (change: Change) => boolean, everyMs: number = REDRAW_MS): number {
  const [version, setVersion] = useState(0)
  const ask = useRef(isAbout)
  ask.current = isAbout
  // Immediately, so that no change between drawing and listening is missed.
  useLayoutEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = model.onChange((change) => {
      if (timer !== undefined || !ask.current(change)) return
      timer = setTimeout(() => {
        timer = undefined
        setVersion((before) => before + 1)
      }, everyMs)
    })
    return () => {
      stop()
      clearTimeout(timer)
    }
  }, [everyMs])
  return version
}

export function isAboutProduct(productId: string): (change: Change) => boolean {
  return ({ places }) => {
    const { levels } = model
    const row = levels.row(productId)
    if (row === undefined) return false
    const first = row * levels.width
    for (let place = first; place < first + levels.width; place++)
      if (places.has(place)) return true
    return false
  }
}
