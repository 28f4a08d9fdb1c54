import { signal } from '@preact/signals'

const KEY = 'holdfast-token'

/** The reader's token, kept while this tab is open; null if none was needed so far. */
export const token = signal<string | null>(sessionStorage.getItem(KEY))

/** Why a token is asked for; null if none is. */
export const tokenWanted = signal<string | null>(null)

export function signIn(text: string): void {
  // A request header cannot contain anything else.
  if (!/^[!-~]+$/.test(text)) {
    tokenWanted.value = 'This is not a token: it has a character that no token has.'
    return
  }
  sessionStorage.setItem(KEY, text)
  token.value = text
  tokenWanted.value = null
}

export function signOut(why: string): void {
  sessionStorage.removeItem(KEY)
  token.value = null
  tokenWanted.value = why
}
