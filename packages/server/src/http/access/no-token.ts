/** Other machines could reach the service, and there is no token that it could ask for. */
export class NoTokenError extends Error {}
