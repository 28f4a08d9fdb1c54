import { IdempotencyConflictError, type Inventory } from 'holdfast'
import type { Caller } from '../access/caller.ts'
import type { Role } from '../access/roles.ts'
import { StoredDocuments } from '../documents/stored-documents.ts'
import { hashOf, isSecret, newSecret, readToken, tokenText, type Secret } from './secret.ts'
import { isLive, TOKENS, type StoredToken } from './stored-token.ts'

/** What an unknown id is compared with, so that it takes as long as a wrong secret. */
const NOBODY = hashOf('nobody')

export interface NewToken {
  readonly name: string
  readonly role: Role
  readonly expiresAt: number | null
}

/** A token in the one moment in which it can be shown. */
export interface Made {
  readonly token: string
  readonly stored: StoredToken
}

/** The tokens of an inventory, and who holds something open by one. */
export class TokenRegistry {
  readonly #documents: StoredDocuments<StoredToken>
  readonly #now: () => number
  readonly #known = new Map<string, { readonly caller: Caller; readonly over: AbortController }>()
  /** Of the ids that keys gave: what is being made, for whoever comes with the same key meanwhile. */
  readonly #underWay = new Map<
    string,
    { readonly wanted: NewToken; readonly made: Promise<Made> }
  >()

  constructor(inventory: Inventory, now: () => number = Date.now) {
    // A store that cannot be read for a moment changes nothing: it takes no commands either.
    this.#documents = new StoredDocuments(inventory, TOKENS, { onUpdate: this.#endWhatIsOver })
    this.#now = now
  }

  async start(): Promise<this> {
    await this.#documents.start()
    return this
  }

  stop(): Promise<void> {
    return this.#documents.stop()
  }

  hasLive(): boolean {
    const now = this.#now()
    return [...this.#documents.items.values()].some((token) => isLive(token, now))
  }

  list(): StoredToken[] {
    return [...this.#documents.items.values()]
  }

  /** Whose token this is; null for one that is wrong, unknown, revoked or over: all the same. */
  find(text: string): Caller | null {
    const given = readToken(text)
    if (given === null) return null
    const token = this.#documents.items.get(given.id)
    const isRight = isSecret(given.secret, token?.hash ?? NOBODY)
    if (!isRight || token === undefined || !isLive(token, this.#now())) return null
    return this.#callerOf(token)
  }

  /**
   * Answers the token itself, which is nowhere to be found afterwards: so a key that comes again is
   * told that there is one already. One that comes again to this process while the token is being made
   * gets the same token.
   * @throws IdempotencyConflictError
   */
  async create(wanted: NewToken, key: string | null): Promise<Made> {
    const secret = newSecret(key)
    const same = this.#underWay.get(secret.id)
    if (same !== undefined) {
      if (JSON.stringify(same.wanted) !== JSON.stringify(wanted)) throw usedAlready(secret.id)
      return await same.made
    }
    const made = this.#make(wanted, secret)
    this.#underWay.set(secret.id, { wanted, made })
    try {
      return await made
    } finally {
      this.#underWay.delete(secret.id)
    }
  }

  async #make(wanted: NewToken, secret: Secret): Promise<Made> {
    if (this.#documents.items.has(secret.id)) throw usedAlready(secret.id)
    const stored: StoredToken = {
      id: secret.id,
      ...wanted,
      hash: hashOf(secret.secret),
      createdAt: this.#now(),
      revokedAt: null,
    }
    // Another process may have come with the same key: nothing of its token is written over.
    if ((await this.#documents.add(stored)) !== stored) throw usedAlready(secret.id)
    return { token: tokenText(secret), stored }
  }

  /** Null where there is no such token; revoking twice changes nothing. */
  revoke(id: string): Promise<StoredToken | null> {
    return this.#documents.change(id, (token) =>
      token.revokedAt === null ? { ...token, revokedAt: this.#now() } : token,
    )
  }

  /** A stream that was opened with a token lives no longer than the token. */
  readonly #endWhatIsOver = (tokens: ReadonlyMap<string, StoredToken>): void => {
    const now = this.#now()
    for (const [id, { over }] of this.#known) {
      const token = tokens.get(id)
      if (token !== undefined && isLive(token, now)) continue
      this.#known.delete(id)
      over.abort()
    }
  }

  #callerOf({ id, name, role }: StoredToken): Caller {
    const known = this.#known.get(id)
    if (known !== undefined) return known.caller
    const over = new AbortController()
    const caller = { role, actor: name, scope: `token:${id}`, over: over.signal }
    this.#known.set(id, { caller, over })
    return caller
  }
}

function usedAlready(tokenId: string): IdempotencyConflictError {
  const message = 'the key made a token already, which was shown then; revoke it and make another'
  return new IdempotencyConflictError(message, { tokenId })
}
