/** Every request needs a token, and there is none yet. */
export class NoTokenError extends Error {}
