import { signal } from '@preact/signals'

/** Why the service could not be reached at all; null where it was. */
export const failure = signal<string | null>(null)
