import { signal } from '@preact/signals'
import { HoldfastClient } from 'holdfast/client'
import { BASE, fetchAs } from './ask.ts'
import { token } from './session.ts'
import { watchedFetch } from './watched-fetch.ts'

/** Whether the live stream is open: then the screen shows what is in the trail. */
export const isLive = signal(false)

/** Since when the page is not live; null while it is. */
export const lostAt = signal<number | null>(null)

/** The library's client: each command has an idempotency key, and is sent again if no answer comes. */
function clientOf(own: string | null): HoldfastClient {
  return new HoldfastClient({
    url: BASE,
    retries: 4,
    timeoutMs: 15_000,
    fetch: watchedFetch(fetchAs(own), (state) => {
      isLive.value = state === 'open'
      if (state === 'lost') lostAt.value ??= Date.now()
      else lostAt.value = null
    }),
  })
}

/** The reader's. A command that is sent again is still of the reader who gave it. */
export let client = clientOf(token.value)
token.subscribe((own) => {
  client = clientOf(own)
})
