import { signOut, token } from './session.ts'

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

/** Sends the reader's token, and notices when the service wants another. */
export const fetchWithToken: typeof fetch = async (input, init) => {
  const headers = new Headers(init?.headers)
  if (token.value !== null) headers.set('authorization', `Bearer ${token.value}`)
  const response = await fetch(input, { ...init, headers })
  if (response.status === 401) {
    signOut(
      token.value === null
        ? 'This service wants to know who you are.'
        : 'The service does not take this token, or no longer.',
    )
  }
  return response
}

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
