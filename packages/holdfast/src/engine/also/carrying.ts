import type { Also } from './also.ts'
import { digestOf } from './also.ts'

/** After a failure so many commits in a row have to go well before statements are trusted again. */
const CAREFUL_COMMITS = 20
/** So many commands are decided and their statements tried at once: where one fails, those before it are tried again. */
const PART = 16
/** How long statements that took too long are remembered, and of how many commands. */
const SLOW_MS = 60_000
const SLOW_COMMANDS = 10_000
/** Commits apart get this share of the time. */
const SHARE = 0.1

/**
 * How commands that carry statements of the shop's own are put into commits, so that one whose statement fails or
 * waits for a lock does not stop the others: carefully for a while after a failure, and apart where it took too long.
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

  /** How many commands that carry one commit takes. */
  get most(): number {
    return this.#most
  }

  /** How many commands are tried at once. */
  get part(): number {
    return this.#part
  }

  /** Statements of several commands failed that go well one by one. */
  oneByOne(): void {
    this.failed()
    this.#most = 1
  }

  /** There was no time for so many. */
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

  /** Whether such statements took too long lately. */
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
