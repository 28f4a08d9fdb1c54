import { signOut, token, tokenWanted } from './session.ts'

/** The service's address: next to this page, under whatever path a proxy has put both. */
export const BASE = new URL('.', location.href).href.replace(/\/$/, '')

/** An error answer of the service. */
export class Problem extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/** Sends this token, whoever reads when it is sent, and notices when the service wants another. */
export function fetchAs(own: string | null): typeof fetch {
  return async (input, init) => {
    const headers = new Headers(init?.headers)
    if (own !== null) headers.set('authorization', `Bearer ${own}`)
    const response = await fetch(input, { ...init, headers })
    // A late answer to another token says nothing about this reader.
    const isNews = token.value === own && tokenWanted.value === null
    if (response.status === 401 && isNews) {
      signOut(
        own === null
          ? 'This service wants to know who you are.'
          : 'The service does not take this token, or no longer.',
      )
    }
    return response
  }
}

/** Sends the token of who reads now. */
export const fetchWithToken: typeof fetch = async (input, init) =>
  await fetchAs(token.value)(input, init)

/** @throws Problem; TypeError if there is no answer */
export async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  const response = await fetchWithToken(BASE + path, {
    ...init,
    headers: { accept: 'application/json', ...(init.headers as Record<string, string>) },
  })
  if (!response.ok) throw await problemOf(response)
  return (await response.json()) as T
}

export async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text()
  try {
    const { code, detail } = JSON.parse(text) as { code: string; detail: string }
    return new Problem(response.status, code, detail)
  } catch {
    return new Problem(response.status, 'UNKNOWN', `The service answered ${response.status}.`)
  }
}
