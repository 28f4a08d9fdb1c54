import { scopeOf } from '../store/key-scope.ts'
import type { StoredKey } from '../store/store.ts'
import { Generations } from './generations.ts'

/** Frontiers of more scopes are not kept: each is asked for again. */
const SCOPES = 10_000

/**
 * What is known of idempotency keys without looking: which were used lately, and each scope's frontier,
 * in order of bytes. Every stored key of the scope behind its frontier is among the used ones; another
 * one there is new, and nobody has to look for it: keys in order of time cost no look-up at all (1,024
 * in flight: twice as many a second).
 *
 * Answers are kept only where they were looked up: most keys never come again, and a hundred thousand
 * answers cost more to keep in memory than to read from the disk when they are wanted.
 */
export class KnownKeys {
  readonly #used: Generations<true>
  readonly #answers: Generations<StoredKey>
  readonly #frontiers = new Map<string, string>()

  constructor(limit: number) {
    this.#answers = new Generations(limit)
    this.#used = new Generations(limit, (key) => {
      const scope = scopeOf(key)
      const frontier = this.#frontiers.get(scope)
      if (frontier !== undefined && key > frontier) this.#frontiers.set(scope, key)
    })
  }

  /** null: known to be unused. undefined: it has to be looked for. */
  get(key: string): StoredKey | null | undefined {
    const answer = this.#answers.get(key)
    if (answer !== undefined) return answer
    if (this.#used.get(key) === true) return undefined
    const frontier = this.#frontiers.get(scopeOf(key))
    return frontier !== undefined && key > frontier && isAscii(key) ? null : undefined
  }

  /** What a look-up found. */
  found(key: string, stored: StoredKey | null): void {
    this.#answers.set(key, stored)
  }

  /** It was used, and its answer is about to be stored. */
  use(stored: StoredKey): void {
    const { key } = stored
    this.#used.set(key, true)
    // It was looked for, in vain or because its time is over.
    if (this.#answers.get(key) !== undefined) this.#answers.set(key, stored)
  }

  hasFrontier(scope: string): boolean {
    return this.#frontiers.has(scope)
  }

  /** `lastKey` is the scope's greatest stored key, null where it has none. */
  setFrontier(scope: string, lastKey: string | null): void {
    if (this.#frontiers.size >= SCOPES) this.#frontiers.clear()
    this.#frontiers.set(scope, lastKey ?? scope)
  }

  rotate(): void {
    this.#answers.rotate()
    this.#used.rotate()
  }
}

/** Stores order by UTF-8, strings here by UTF-16: for a key of ASCII alone that is the same. */
function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0x7f) return false
  return true
}
