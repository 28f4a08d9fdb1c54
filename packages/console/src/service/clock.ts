import { signal } from '@preact/signals'

/**
 * The service's time, by the reader's clock: holds end by the service's. Of several answers the one
 * that took the shortest way is believed.
 */
class ServiceClock {
  #offsetMs = 0
  #bestTripMs = Infinity

  heard(serviceMs: number, sentAt: number, receivedAt: number): void {
    const tripMs = receivedAt - sentAt
    if (tripMs > this.#bestTripMs) {
      // Clocks drift: an old best is worth less each time.
      this.#bestTripMs *= 1.05
      return
    }
    this.#bestTripMs = Math.max(1, tripMs)
    this.#offsetMs = serviceMs - (sentAt + receivedAt) / 2
  }

  now(): number {
    return Date.now() + this.#offsetMs
  }
}

export const clock = new ServiceClock()

/** The service's time once a second, for whatever counts down. */
export const tick = signal(Date.now())
setInterval(() => {
  if (!document.hidden) tick.value = clock.now()
}, 500)
