import type { RefObject } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { route } from '../frame/route.ts'
import type { Giving } from './giving.ts'
import type { SentLines } from './sent-lines.tsx'

export interface Leaving {
  /** Whether it closes as soon as every line has its answer. */
  readonly isLeaving: boolean
  /** Whether it asks if lines that were not done may be left. */
  readonly isAsking: boolean
  readonly leave: () => void
  readonly stay: () => void
}

/** How a dialog is left: when every line that was sent has its answer, and with a question if some were not done. */
export function useLeaving(
  dialog: RefObject<HTMLDialogElement | null>,
  { isBusy, isInDoubt }: Giving,
  sent: SentLines,
): Leaving {
  const [isLeaving, setLeaving] = useState(false)
  const hasLines = sent.awaited + sent.open > 0
  const leave = (): void => {
    if (hasLines) setLeaving(true)
    else dialog.current?.close()
  }
  // The browser asks before it leaves the page.
  const isOpen = isBusy || isInDoubt || hasLines
  useEffect(() => {
    if (!isOpen) return
    const ask = (event: Event): void => event.preventDefault()
    addEventListener('beforeunload', ask)
    return () => removeEventListener('beforeunload', ask)
  }, [isOpen])
  // Going back in the browser leaves the form.
  const { page, id } = route.value
  const opened = useRef(true)
  useEffect(() => {
    if (!opened.current && !isBusy) leave()
    opened.current = false
  }, [page, id])
  useEffect(() => {
    if (isLeaving && !hasLines) dialog.current?.close()
  }, [isLeaving, hasLines])

  const isAsking = isLeaving && sent.awaited === 0
  return { isLeaving, isAsking, leave, stay: () => setLeaving(false) }
}
