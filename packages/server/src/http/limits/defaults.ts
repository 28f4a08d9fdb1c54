/** How much of everything one server takes. */
export interface ServerLimits {
  readonly bodyBytes: number
  readonly batchBytes: number
  readonly headerBytes: number
  /** How long the headers may take to arrive. */
  readonly headersMs: number
  /** How long a body may take to arrive. */
  readonly bodyMs: number
  readonly keepAliveMs: number
  readonly connections: number
  /** Requests that are answered at once; the next one is told to come again. */
  readonly inFlight: number
  /** Requests of one token, or of one address where no token is needed; 0 for no limit. */
  readonly ratePerSecond: number
}

export const DEFAULT_LIMITS: ServerLimits = {
  bodyBytes: 256 * 1024,
  batchBytes: 8 * 1024 * 1024,
  headerBytes: 8 * 1024,
  headersMs: 5000,
  bodyMs: 15_000,
  keepAliveMs: 10_000,
  connections: 10_000,
  inFlight: 2000,
  ratePerSecond: 0,
}
