import { IdempotencyConflictError, InvalidInputError, type Inventory } from 'holdfast'
import { checkText } from 'holdfast/model'
import type { Caller } from '../access/caller.ts'
import type { Role } from '../access/roles.ts'
import { StoredDocuments } from '../documents/stored-documents.ts'
import { hashOf, isSecret, newSecret, readToken, tokenText, type Secret } from './secret.ts'
import { isLive, LONGEST_NAME, TOKENS, type StoredToken } from './stored-token.ts'

/** An unknown id is compared with this, so that it takes as long as a wrong secret. */
const NOBODY = hashOf('nobody')

export interface NewToken {
  readonly name: string
  readonly role: Role
  readonly expiresAt: number | null
}

/** A new token; only now can it be shown. */
export interface Made {
  readonly token: string
  readonly stored: StoredToken
}

/** The tokens of an inventory, and the callers that use them. */
export class TokenRegistry {
  readonly #documents: StoredDocuments<StoredToken>
  readonly #now: () => number
  readonly #known = new Map<string, { readonly caller: Caller; readonly over: AbortController }>()
  /** Tokens that are being made with keys, by id, for requests that come with the same key meanwhile. */
  readonly #underWay = new Map<
    string,
    { readonly wanted: NewToken; readonly made: Promise<Made> }
  >()

  constructor(inventory: Inventory, now: () => number = Date.now) {
    // If the store cannot be read for a moment, nothing changes: it takes no commands either.
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

  /** The caller with this token; null if it is wrong, unknown, revoked or expired. */
  find(text: string): Caller | null {
    const given = readToken(text)
    if (given === null) return null
    const token = this.#documents.items.get(given.id)
    const isRight = isSecret(given.secret, token?.hash ?? NOBODY)
    if (!isRight || token === undefined || !isLive(token, this.#now())) return null
    return this.#callerOf(token)
  }

  /**
   * Returns the token itself, which is stored nowhere. So a repeated key is refused once its token is made. If it comes
   * to this process while the token is being made, it gets the same token, and `onReplay` is called.
   * @throws InvalidInputError for a name that no command would take as its actor, and an end that has passed
   * @throws IdempotencyConflictError
   */
  async create(wanted: NewToken, key: string | null, onReplay?: () => void): Promise<Made> {
    checkText(wanted.name, 'name', LONGEST_NAME)
    const secret = newSecret(key)
    const same = this.#underWay.get(secret.id)
    if (same !== undefined) {
      if (JSON.stringify(same.wanted) !== JSON.stringify(wanted)) throw usedAlready(secret.id)
      const made = await same.made
      onReplay?.()
      return made
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
    const now = this.#now()
    if (wanted.expiresAt !== null && wanted.expiresAt <= now)
      throw new InvalidInputError('expiresAt must be in the future', { field: 'expiresAt' })
    const stored: StoredToken = {
      id: secret.id,
      ...wanted,
      hash: hashOf(secret.secret),
      createdAt: now,
      revokedAt: null,
    }
    // Another process may have used the same key: its token is not overwritten.
    if ((await this.#documents.add(stored)) !== stored) throw usedAlready(secret.id)
    return { token: tokenText(secret), stored }
  }

  /** Null if there is no such token. Revoking twice changes nothing. */
  revoke(id: string): Promise<StoredToken | null> {
    return this.#documents.change(id, (token) =>
      token.revokedAt === null ? { ...token, revokedAt: this.#now() } : token,
    )
  }

  /** Ends the streams of tokens that are no longer valid. */
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
  const message =
    'this key has made a token already, which was shown then; revoke it and make another'
  return new IdempotencyConflictError(message, { tokenId })
}
