/**
 * The service's time, by the reader's clock: holds end by the service's clock. Each answer was written between request
 * and response, which bounds the difference of the two clocks. The least one that fits all answers is used. So held
 * units are never shown as free too early, and too late by at most the time of the quickest answer.
 */
export class ServiceClock {
  #offsetMs: number | null = null

  heard(serviceMs: number, sentAt: number, receivedAt: number): void {
    const leastMs = serviceMs - receivedAt
    const mostMs = serviceMs - sentAt
    // Impossible: one of the clocks was set, so earlier answers no longer count.
    const isKnown = this.#offsetMs !== null && this.#offsetMs <= mostMs
    this.#offsetMs = isKnown ? Math.max(this.#offsetMs!, leastMs) : leastMs
  }

  now(): number {
    return Date.now() + (this.#offsetMs ?? 0)
  }
}

export const clock = new ServiceClock()
