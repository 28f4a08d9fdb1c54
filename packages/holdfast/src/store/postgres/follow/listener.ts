import { setTimeout as pause } from 'node:timers/promises'

import { quoted } from '../connect/database.ts'
import type { PgListener } from '../connect/pool.ts'

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5_000
/** A network can fall apart without a word: so often is it asked whether anybody is there. */
const BEAT_MS = 15_000
const SILENT_MS = 10_000
/** How long a connection is given to end in good order. */
const LEAVE_MS = 500

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
      await pause(wait, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }

  /** Until the connection ends, or says nothing any more. */
  async #listen(): Promise<void> {
    const client = await this.#connect()
    const { promise: ended, resolve: end } = Promise.withResolvers<'ended'>()
    const hangUp = (): void => end('ended')
    client.on('error', hangUp)
    client.on('end', hangUp)
    client.on('notification', ({ payload }) => {
      if (payload !== this.#own) this.#ring()
    })
    const { signal } = this.#stop
    signal.addEventListener('abort', hangUp)
    if (signal.aborted) hangUp()
    const ask = async (question: Promise<unknown>): Promise<void> => {
      question.catch(hangUp)
      const late = pause(SILENT_MS, 'ended' as const, { ref: false })
      if ((await Promise.race([question, late, ended])) === 'ended') hangUp()
    }
    try {
      await ask(client.connect())
      client.unref()
      await ask(client.query(`LISTEN ${quoted(this.#channel)}`))
      this.#ring()
      const beat = async (): Promise<unknown> =>
        Promise.race([ended, pause(BEAT_MS, 'beat', { ref: false })])
      while ((await beat()) === 'beat') await ask(client.query('SELECT 1'))
    } finally {
      signal.removeEventListener('abort', hangUp)
      await leave(client)
    }
  }

  #ring(): void {
    for (const wake of this.#wakes) wake()
  }
}

async function leave(client: PgListener): Promise<void> {
  const left = client.end().catch(() => undefined)
  await Promise.race([left, pause(LEAVE_MS)])
  // What is left of it must not keep the program from ending.
  client.unref()
}
