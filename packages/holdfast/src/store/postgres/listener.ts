import { setTimeout as pause } from 'node:timers/promises'

import { quoted } from './database.ts'
import type { PgListener } from './pool.ts'

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5_000

/**
 * Hears of commits of other processes, on a connection of its own. It connects again by itself; what
 * was missed meanwhile is made good by waking once more.
 */
export class Listener {
  readonly #connect: () => Promise<PgListener>
  readonly #channel: string
  /** Ourselves, who know already. */
  readonly #own: string
  readonly #stop = new AbortController()
  readonly #wakes = new Set<() => void>()
  #running: Promise<void> | null = null

  constructor(connect: () => Promise<PgListener>, channel: string, own: string) {
    this.#connect = connect
    this.#channel = channel
    this.#own = own
  }

  /** Listens from the first one on who wants to hear. */
  watch(wake: () => void): () => void {
    this.#wakes.add(wake)
    this.#running ??= this.#run()
    return () => void this.#wakes.delete(wake)
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    let wait = FIRST_PAUSE_MS
    while (!signal.aborted) {
      try {
        await this.#listen()
        wait = FIRST_PAUSE_MS
      } catch {
        wait = Math.min(wait * 2, LONGEST_PAUSE_MS)
      }
      await pause(wait, undefined, { signal }).catch(() => undefined)
    }
  }

  /** Until the connection ends. */
  async #listen(): Promise<void> {
    const client = await this.#connect()
    const { promise: ended, resolve: end } = Promise.withResolvers<void>()
    client.on('error', () => end())
    client.on('end', () => end())
    client.on('notification', ({ payload }) => {
      if (payload !== this.#own) this.#ring()
    })
    const { signal } = this.#stop
    signal.addEventListener('abort', () => end())
    try {
      await client.connect()
      await client.query(`LISTEN ${quoted(this.#channel)}`)
      this.#ring()
      if (!signal.aborted) await ended
    } finally {
      await client.end().catch(() => undefined)
    }
  }

  #ring(): void {
    for (const wake of this.#wakes) wake()
  }
}
