import { scopeOf } from '../../store/key-scope.ts'
import type { StoredKey } from '../../store/store.ts'
import { TwoGenerationCache } from './two-generation-cache.ts'
import { KeyHashSet } from './key-hash-set.ts'

/** With more scopes, all frontiers are read again. */
const SCOPES = 10_000

interface ScopeKeys {
  /** undefined: not read yet. */
  frontier: string | undefined
  /** The greatest key used since the last rotation, and between the last two; '' if there is none. */
  greatest: string
  greatestBefore: string
}

/**
 * What is known about idempotency keys without reading the store: recently used keys, and each scope's frontier. Every
 * stored key of the scope after its frontier is among the used ones, so any other ASCII key after it is new. Keys in
 * chronological order need no look-up at all (1,024 in flight: twice as many a second).
 *
 * Only answers that were looked up are kept. Most keys never come again, and a hundred thousand answers in memory cost
 * more than reading those that are needed.
 */
export class KeyIndex {
  readonly #seen: KeyHashSet
  readonly #answers: TwoGenerationCache<StoredKey>
  #scopes = new Map<string, ScopeKeys>()
  /** The scope asked for last: usually the next one too. */
  #scope = '\n'
  #ofScope: ScopeKeys | undefined

  constructor(limit: number) {
    this.#answers = new TwoGenerationCache(limit)
    this.#seen = new KeyHashSet(limit)
  }

  /** null: known to be unused. undefined: must be looked up. */
  get(key: string): StoredKey | null | undefined {
    if (this.#seen.has(key)) return this.#answers.get(key)
    const frontier = this.#find(key)?.frontier
    // Stores order by UTF-8, strings here by UTF-16. For an ASCII key the two agree.
    return frontier !== undefined && key > frontier && this.#seen.isAscii(key) ? null : undefined
  }

  /** The result of a look-up. */
  found(key: string, stored: StoredKey | null): void {
    this.#seen.add(key)
    this.#answers.set(key, stored)
  }

  /** The key is used, and its answer is about to be stored. */
  use(stored: StoredKey): void {
    const { key } = stored
    this.#seen.add(key)
    const scope = this.#find(key) ?? this.#add(scopeOf(key))
    if (key > scope.greatest) scope.greatest = key
    // It was looked up: not found, or expired.
    if (this.#answers.size > 0 && this.#answers.get(key) !== undefined)
      this.#answers.set(key, stored)
  }

  hasFrontier(scope: string): boolean {
    return this.#scopes.get(scope)?.frontier !== undefined
  }

  /** `lastKey` is the scope's greatest stored key, null if it has none. */
  setFrontier(scope: string, lastKey: string | null): void {
    const found = this.#scopes.get(scope) ?? this.#add(scope)
    found.frontier = lastKey ?? scope
  }

  /** Call it only between batches. */
  rotate(): void {
    this.#answers.rotate()
    if (this.#scopes.size > SCOPES) {
      this.#scopes = new Map()
      this.#scope = '\n'
      this.#ofScope = undefined
    }
    if (this.#seen.rotate()) for (const scope of this.#scopes.values()) turn(scope)
  }

  #find(key: string): ScopeKeys | undefined {
    if (this.#ofScope === undefined || !key.startsWith(this.#scope)) {
      this.#scope = scopeOf(key)
      this.#ofScope = this.#scopes.get(this.#scope)
    }
    return this.#ofScope
  }

  #add(scope: string): ScopeKeys {
    const added = { frontier: undefined, greatest: '', greatestBefore: '' }
    this.#scopes.set(scope, added)
    return added
  }
}

/** The forgotten keys lie before the new frontier. */
function turn(scope: ScopeKeys): void {
  const { frontier, greatest, greatestBefore } = scope
  if (frontier !== undefined && greatestBefore > frontier) scope.frontier = greatestBefore
  scope.greatestBefore = greatest
  scope.greatest = ''
}
