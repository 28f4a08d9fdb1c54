import type { Also } from './also.ts'
import { digestOf } from './also.ts'

/** Number of successful commits in a row after a failure before statements are trusted again. */
const CAREFUL_COMMITS = 20
/** The most commands to decide and whose statements to try at once. If one fails, those before it are tried again. */
const PART = 16
/** How long slow statements are remembered, and of how many commands. */
const SLOW_MS = 60_000
const SLOW_COMMANDS = 10_000
/** The share of time for commits apart. */
const SHARE = 0.1

/**
 * How commands with the shop's statements are committed, so that a failing or waiting statement stops no others:
 * carefully, in parts, for a while after a failure; slow ones apart, each in its own commit.
 */
export class Carrying {
  #careful = 0
  #most = Infinity
  #part = PART
  /** Digests of statements, oldest first, and until when each is remembered. */
  readonly #slow = new Map<string, number>()
  /** When the next commit apart may begin. */
  #apartAt = 0

  get isCareful(): boolean {
    return this.#careful > 0
  }

  /** The most commands with statements in one commit. */
  get most(): number {
    return this.#most
  }

  /** The most commands to try at once. */
  get part(): number {
    return this.#part
  }

  /** It is not known whose statements failed, or lost the connection: from now on those of one command at a time. */
  oneByOne(): void {
    this.failed()
    this.#most = 1
  }

  /** There was not enough time for this many. */
  tryFewer(commands: number): void {
    this.#part = Math.max(1, commands)
  }

  get apartAt(): number {
    return this.#apartAt
  }

  failed(): void {
    this.#careful = CAREFUL_COMMITS
  }

  wentWell(): void {
    this.#part = Math.min(PART, this.#part * 2)
    if (this.#careful > 0) this.#careful--
    if (this.#careful === 0) this.#most = Infinity
  }

  tookTooLong(also: Also, now: number): void {
    const digest = digestOf(also)
    this.#slow.delete(digest)
    this.#slow.set(digest, now + SLOW_MS)
    if (this.#slow.size <= SLOW_COMMANDS) return
    for (const oldest of this.#slow.keys()) {
      this.#slow.delete(oldest)
      break
    }
  }

  /** Whether such statements were slow recently. */
  isSlow(also: Also, now: number): boolean {
    this.#forget(now)
    return this.#slow.size > 0 && this.#slow.has(digestOf(also))
  }

  /** A commit apart took from `began` to `now`. */
  wasApart(began: number, now: number): void {
    this.#apartAt = now + (now - began) * (1 / SHARE - 1)
  }

  #forget(now: number): void {
    for (const [digest, until] of this.#slow) {
      if (until >= now) return
      this.#slow.delete(digest)
    }
  }
}
