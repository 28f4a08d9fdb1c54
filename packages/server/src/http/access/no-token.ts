/** It would stand open to others, and nobody could show a token. */
export class NoTokenError extends Error {}
