import { IdempotencyConflictError, type Inventory, type StoredDocument } from 'holdfast'
import type { Caller } from '../access/caller.ts'
import type { Role } from '../access/roles.ts'
import { hashOf, isSecret, newSecret, readToken, tokenText, type Secret } from './secret.ts'
import {
  fromDocument,
  isLive,
  TOKEN_DOCUMENT,
  toDocument,
  type StoredToken,
} from './stored-token.ts'

/** So often each process looks for tokens that others made or revoked. */
const POLL_MS = 500

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

/** The tokens of an inventory: kept as documents in its store, so that every process knows them. */
export class TokenRegistry {
  readonly #inventory: Inventory
  readonly #now: () => number
  readonly #known = new Map<string, { readonly caller: Caller; readonly over: AbortController }>()
  #tokens = new Map<string, StoredToken>()
  /** Names of documents that were told of. */
  readonly #damaged = new Set<string>()
  /** Of the ids that keys gave: what is being made, for whoever comes with the same key meanwhile. */
  readonly #underWay = new Map<
    string,
    { readonly wanted: NewToken; readonly made: Promise<Made> }
  >()
  /** Counted, so that what was read before a change does not take the place of it. */
  #changes = 0
  #timer: NodeJS.Timeout | null = null

  constructor(inventory: Inventory, now: () => number = Date.now) {
    this.#inventory = inventory
    this.#now = now
  }

  /** Reads what there is, and goes on looking for what changes. */
  async start(): Promise<this> {
    await this.#read()
    this.#timer = setInterval(() => {
      // A store that cannot be read for a moment changes nothing: it takes no commands either.
      this.#read().catch(() => undefined)
    }, POLL_MS).unref()
    return this
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
  }

  hasLive(): boolean {
    const now = this.#now()
    return [...this.#tokens.values()].some((token) => isLive(token, now))
  }

  list(): StoredToken[] {
    return [...this.#tokens.values()]
  }

  /** Whose token this is; null for one that is wrong, unknown, revoked or over: all the same. */
  find(text: string): Caller | null {
    const given = readToken(text)
    if (given === null) return null
    const token = this.#tokens.get(given.id)
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
    if (this.#tokens.has(secret.id)) throw usedAlready(secret.id)
    const stored: StoredToken = {
      id: secret.id,
      ...wanted,
      hash: hashOf(secret.secret),
      createdAt: this.#now(),
      revokedAt: null,
    }
    const document = toDocument(stored)
    // Another process may have come with the same key: nothing of its token is written over.
    const now = await this.#inventory.compareAndSetDocument(document, null)
    if (now !== document.value) throw usedAlready(secret.id)
    this.#know(stored)
    return { token: tokenText(secret), stored }
  }

  /** Null where there is no such token; revoking twice changes nothing. */
  async revoke(id: string): Promise<StoredToken | null> {
    const name = TOKEN_DOCUMENT + id
    for (let value = await this.#inventory.document(name); value !== null;) {
      const token = fromDocument({ name, value })
      if (token === null) return null
      const revoked = token.revokedAt === null ? { ...token, revokedAt: this.#now() } : token
      const document = toDocument(revoked)
      const stored: string | null =
        revoked === token
          ? document.value
          : await this.#inventory.compareAndSetDocument(document, value)
      if (stored === document.value) {
        this.#know(revoked)
        return revoked
      }
      value = stored // somebody else revoked it meanwhile
    }
    return null
  }

  #know(token: StoredToken): void {
    this.#changes++
    this.#tokens.set(token.id, token)
    this.#endWhatIsOver()
  }

  async #read(): Promise<void> {
    const changes = this.#changes
    const documents = await this.#inventory.documents(TOKEN_DOCUMENT)
    // What was made or revoked meanwhile may not be among them.
    if (changes !== this.#changes) return await this.#read()
    this.#tokens = new Map(documents.flatMap((document) => this.#pairOf(document)))
    this.#endWhatIsOver()
  }

  /** One that was damaged must not keep the others from being read, revoked ones among them. */
  #pairOf(document: StoredDocument): [string, StoredToken][] {
    const token = fromDocument(document)
    if (token !== null) return [[token.id, token]]
    if (!this.#damaged.has(document.name)) {
      process.emitWarning(
        `the stored ${document.name} is not what was written: nobody gets in by it`,
      )
    }
    this.#damaged.add(document.name)
    return []
  }

  /** A stream that was opened with a token lives no longer than the token. */
  #endWhatIsOver(): void {
    const now = this.#now()
    for (const [id, { over }] of this.#known) {
      const token = this.#tokens.get(id)
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
