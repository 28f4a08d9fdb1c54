import { signal } from '@preact/signals'

/** Why the service could not be reached; null if it was. */
export const failure = signal<string | null>(null)
