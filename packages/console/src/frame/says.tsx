import { signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'

const SHOWN_MS = 6000

interface Saying {
  readonly text: ComponentChildren
  readonly number: number
}

const said = signal<Saying | null>(null)
let timer: ReturnType<typeof setTimeout> | undefined
let sayings = 0

/** Shows a message, also to screen readers, that disappears by itself. */
export function say(text: ComponentChildren): void {
  clearTimeout(timer)
  said.value = { text, number: ++sayings }
  timer = setTimeout(() => (said.value = null), SHOWN_MS)
}

export function Says() {
  const { value } = said
  return (
    <div role="status" aria-live="polite" class="says">
      {value !== null && (
        <p key={value.number} class="saying">
          {value.text}
        </p>
      )}
    </div>
  )
}
