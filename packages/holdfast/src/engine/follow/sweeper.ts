import { isDue } from '../../model/reservation.ts'
import type { Decision, Reading } from '../../rules/decision.ts'
import { levelOf } from '../../rules/decide/refusals.ts'
import { expire } from '../../rules/hold-moves.ts'
import { OperationalError } from '../../model/operational-error.ts'
import type { Writer } from '../../store/store.ts'

const SWEEP = 1000
/** Old idempotency keys go in small steps, so that no batch waits long for it. */
const KEYS = 1000

export interface SweeperOptions {
  readonly writer: Writer
  readonly now: () => number | Promise<number>
  readonly everyMs: number
  readonly keepKeysMs: number
  /** Forgets the keys of commits up to one; resolves once that is committed. */
  readonly forgetKeys: (through: number) => Promise<void>
  /** Lets each run inside a batch; resolves once they are committed. */
  readonly submit: (decisions: readonly Decision<undefined, object>[]) => Promise<void>
  readonly onWarning: (warning: Error) => void
}

/**
 * Writes expired holds down, and forgets old idempotency keys. Nobody depends on it: a hold stops
 * counting at its instant, whether or not the sweeper came by; it keeps the trail and the alerts near.
 */
export class Sweeper {
  readonly #options: SweeperOptions
  readonly #timer: NodeJS.Timeout
  #sweeping: Promise<void> | null = null
  #stopped = false
  #isFailing = false

  constructor(options: SweeperOptions) {
    this.#options = options
    this.#timer = setInterval(() => void this.#tick(), options.everyMs)
    this.#timer.unref()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearInterval(this.#timer)
    await this.#sweeping
  }

  async #tick(): Promise<void> {
    if (this.#sweeping !== null) return
    this.#sweeping = this.#sweep().then(
      () => void (this.#isFailing = false),
      (error: unknown) => this.#failed(error as Error),
    )
    await this.#sweeping
    this.#sweeping = null
  }

  /** Told once, however long the store is away. */
  #failed(error: Error): void {
    // Closing refuses the sweeper's work too, and another one will do it after the next opening.
    if (this.#stopped || this.#isFailing) return
    this.#isFailing = true
    const message = `expired holds are not recorded, and old keys not deleted; it is tried again: ${error.message}`
    this.#options.onWarning(new OperationalError('STORE_UNAVAILABLE', message, { cause: error }))
  }

  async #sweep(): Promise<void> {
    const { writer, now, keepKeysMs, submit, forgetKeys } = this.#options
    for (let due = SWEEP; due === SWEEP;) {
      const ids = await writer.dueHolds(await now(), SWEEP)
      due = ids.length
      if (due > 0) await submit(ids.map((id) => (read) => expiry(read, id)))
    }
    while (!this.#stopped) {
      const through = await writer.oldKeys((await now()) - keepKeysMs, KEYS)
      if (through === 0) break
      await forgetKeys(through)
    }
  }
}

/** Writes down that a hold expired, unless a command came first. */
function expiry(read: Reading, id: string): ReturnType<Decision<undefined, object>> {
  const found = read.reservation(id)
  if (found === null || !isDue(found, read.now)) return () => ({})
  const level = levelOf(read, found)
  return (write) => {
    expire(write, level, [found])
    return {}
  }
}
