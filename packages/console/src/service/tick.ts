import { signal } from '@preact/signals'
import { clock } from './clock.ts'

/** The service's time twice a second, for countdowns. */
export const tick = signal(Date.now())
setInterval(() => {
  if (!document.hidden) tick.value = clock.now()
}, 500)
