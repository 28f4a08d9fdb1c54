import { scopeOf } from '../../store/key-scope.ts'
import type { StoredKey } from '../../store/store.ts'
import { TwoGenerationCache } from './two-generation-cache.ts'
import { KeyHashSet } from './key-hash-set.ts'

/** With more scopes, all are asked for again. */
const SCOPES = 10_000

interface ScopeKeys {
  /** undefined: it has to be asked for. */
  frontier: string | undefined
  /** The greatest key that was used since the last turn, and between the last two; '' where there is none. */
  greatest: string
  greatestBefore: string
}

/**
 * What is known of idempotency keys without looking: which were used lately, and each scope's frontier.
 * Every stored key of the scope behind its frontier is among the used ones; another one of ASCII there is
 * new, and nobody has to look for it: keys in order of time cost no look-up at all (1,024 in flight: twice
 * as many a second).
 *
 * Answers are kept only where they were looked up: most keys never come again, and a hundred thousand
 * answers cost more to keep in memory than to read from the disk when they are wanted.
 */
export class KeyIndex {
  readonly #seen: KeyHashSet
  readonly #answers: TwoGenerationCache<StoredKey>
  #scopes = new Map<string, ScopeKeys>()
  /** The scope that was asked for last: mostly it is the next one, too. */
  #scope = '\n'
  #ofScope: ScopeKeys | undefined

  constructor(limit: number) {
    this.#answers = new TwoGenerationCache(limit)
    this.#seen = new KeyHashSet(limit)
  }

  /** null: known to be unused. undefined: it has to be looked for. */
  get(key: string): StoredKey | null | undefined {
    if (this.#seen.has(key)) return this.#answers.get(key)
    const frontier = this.#find(key)?.frontier
    // Stores order by UTF-8, strings here by UTF-16: for a key of ASCII alone that is the same.
    return frontier !== undefined && key > frontier && this.#seen.isAscii(key) ? null : undefined
  }

  /** What a look-up found. */
  found(key: string, stored: StoredKey | null): void {
    this.#seen.add(key)
    this.#answers.set(key, stored)
  }

  /** It was used, and its answer is about to be stored. */
  use(stored: StoredKey): void {
    const { key } = stored
    this.#seen.add(key)
    const scope = this.#find(key) ?? this.#add(scopeOf(key))
    if (key > scope.greatest) scope.greatest = key
    // It was looked for, in vain or because its time is over.
    if (this.#answers.size > 0 && this.#answers.get(key) !== undefined)
      this.#answers.set(key, stored)
  }

  hasFrontier(scope: string): boolean {
    return this.#scopes.get(scope)?.frontier !== undefined
  }

  /** `lastKey` is the scope's greatest stored key, null where it has none. */
  setFrontier(scope: string, lastKey: string | null): void {
    const found = this.#scopes.get(scope) ?? this.#add(scope)
    found.frontier = lastKey ?? scope
  }

  /** Only between batches. */
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

/** What is forgotten lies before the frontier from now on. */
function turn(scope: ScopeKeys): void {
  const { frontier, greatest, greatestBefore } = scope
  if (frontier !== undefined && greatestBefore > frontier) scope.frontier = greatestBefore
  scope.greatestBefore = greatest
  scope.greatest = ''
}
