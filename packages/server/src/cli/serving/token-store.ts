import type { Inventory } from 'holdfast'
import { whyUnanswered } from 'holdfast/model'
import { Failure } from '../failure.ts'
import { withFile, type Target } from '../open-inventory.ts'
import { TokenRegistry, type NewToken } from '../../http/tokens/registry.ts'
import type { StoredToken } from '../../http/tokens/stored-token.ts'

/** How long the service may take to answer. */
const TIMEOUT_MS = 30_000

export type ShownToken = Omit<StoredToken, 'hash'>

export interface Tokens {
  create(wanted: NewToken): Promise<ShownToken & { readonly token: string }>
  revoke(id: string): Promise<ShownToken>
  list(): Promise<readonly ShownToken[]>
}

/** Tokens of an inventory that is not served, or of a service: a served file has a writer already. */
export function tokensOf(place: Target): Tokens {
  return 'url' in place ? atService(place.url, place.token) : inFile(place.db)
}

function inFile(db: string): Tokens {
  const registry = async (inventory: Inventory): Promise<TokenRegistry> => {
    const tokens = await new TokenRegistry(inventory).start()
    await tokens.stop()
    return tokens
  }
  return {
    create: (wanted) =>
      withFile(db, false, async (inventory) => {
        const { token, stored } = await (await registry(inventory)).create(wanted, null)
        return { ...shown(stored), token }
      }),
    revoke: (id) =>
      withFile(db, false, async (inventory) => {
        const revoked = await (await registry(inventory)).revoke(id)
        if (revoked === null) throw new Failure(`there is no token ${id}`)
        return shown(revoked)
      }),
    list: () =>
      withFile(db, true, async (inventory) => (await registry(inventory)).list().map(shown)),
  }
}

function shown({ hash: _hash, ...rest }: StoredToken): ShownToken {
  return rest
}

function atService(url: string, token: string | undefined): Tokens {
  const ask = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const headers: Record<string, string> = {}
    if (token !== undefined) headers['authorization'] = `Bearer ${token}`
    if (body !== undefined) headers['content-type'] = 'application/json'
    const sent = body === undefined ? {} : { body: JSON.stringify(body) }
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS)
      const there = url.replace(/\/+$/, '') + path
      const response = await fetch(there, { method, headers, signal, ...sent })
      const answer = (await response.json()) as T & { detail?: string }
      if (response.ok) return answer
      throw new Failure(`${url}: ${answer.detail ?? response.status}`)
    } catch (error) {
      if (error instanceof Failure) throw error
      throw new Failure(
        `${url} did not answer as a service does: ${whyUnanswered(error, TIMEOUT_MS)}`,
      )
    }
  }
  return {
    create: ({ expiresAt, ...wanted }) =>
      ask('POST', '/v1/tokens', expiresAt === null ? wanted : { ...wanted, expiresAt }),
    revoke: (id) => ask('DELETE', `/v1/tokens/${encodeURIComponent(id)}`),
    list: async () => (await ask<{ items: ShownToken[] }>('GET', '/v1/tokens')).items,
  }
}
