import { signal } from '@preact/signals'

const KEY = 'holdfast-token'

/** The reader's token, kept as long as this tab is open; null where none was needed so far. */
export const token = signal<string | null>(sessionStorage.getItem(KEY))

/** Why a token is asked for; null while the service is content. */
export const tokenWanted = signal<string | null>(null)

export function signIn(text: string): void {
  // A request cannot carry anything else.
  if (!/^[!-~]+$/.test(text)) {
    tokenWanted.value = 'This is no token: there is a character in it that no token has.'
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
