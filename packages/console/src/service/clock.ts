/**
 * The service's time, by the reader's clock: holds end by the service's. Each answer was written
 * between asking and hearing, and so bounds what lies between the two clocks. The least that fits all
 * answers is believed: what a hold keeps is never shown as free before its instant, and later by no
 * more than the quickest answer was under way.
 */
export class ServiceClock {
  #offsetMs: number | null = null

  heard(serviceMs: number, sentAt: number, receivedAt: number): void {
    const leastMs = serviceMs - receivedAt
    const mostMs = serviceMs - sentAt
    // Beyond what is possible: one of the clocks was set, and what was heard before tells nothing.
    const isKnown = this.#offsetMs !== null && this.#offsetMs <= mostMs
    this.#offsetMs = isKnown ? Math.max(this.#offsetMs!, leastMs) : leastMs
  }

  now(): number {
    return Date.now() + (this.#offsetMs ?? 0)
  }
}

export const clock = new ServiceClock()
