const KIB = 1024

/** How much the inventory's own routes take, in a server of one's own, too. */
export interface PluginLimits {
  /** Largest body of a request, in bytes. Default: 262,144. */
  readonly bodyBytes: number
  /** Largest body of a batch, in bytes. Default: 8,388,608. */
  readonly batchBytes: number
  /** What all bodies that are arriving may hold in memory, in bytes. Default: 67,108,864. */
  readonly bodiesBytes: number
  /** Those of one token; at least `batchBytes`. Default: 16,777,216. */
  readonly bodiesBytesPerToken: number
  /** What pages that wait for their readers may hold in memory, in bytes. Default: 67,108,864. */
  readonly pagesBytes: number
  /** Those of one token; at least 1,048,576. Default: 16,777,216. */
  readonly pagesBytesPerToken: number
  /** How long a request waits for memory for a page, and then for its turn to read it, in milliseconds each. Default: 30,000. */
  readonly pageTurnMs: number
  /**
   * Commands a second of one token, or of one address where no token is needed; a read counts as one.
   * Counted by each process for itself. Default: 0, no limit.
   */
  readonly ratePerSecond: number
  /**
   * How long an answer or a stream may wait for its reader without one byte being taken, in milliseconds;
   * then its connection is closed. Default: 30,000. 0 if the server around it sees to that.
   */
  readonly unreadMs: number
  /** Requests that are answered at once, of one token half of them. Default: 2,000. */
  readonly inFlight: number
  /** Streams of events that are open at once. Default: 1,000. */
  readonly eventStreams: number
  /** Of one token. Default: 100. */
  readonly eventStreamsPerToken: number
  /** Streams of commands (NDJSON) that are open at once. Default: 100. */
  readonly commandStreams: number
  /** Of one token. Default: 10. */
  readonly commandStreamsPerToken: number
  /** How long a stream of commands may come without a command, in milliseconds. Default: 60,000. */
  readonly idleMs: number
}

/** How much of everything one server takes. */
export interface ServerLimits extends PluginLimits {
  readonly headerBytes: number
  /** How long the headers may take to arrive. */
  readonly headersMs: number
  /** How long a body may take to arrive. */
  readonly bodyMs: number
  readonly keepAliveMs: number
  readonly connections: number
}

export const PLUGIN_LIMITS: PluginLimits = {
  bodyBytes: 256 * KIB,
  batchBytes: 8192 * KIB,
  bodiesBytes: 65_536 * KIB,
  bodiesBytesPerToken: 16_384 * KIB,
  pagesBytes: 65_536 * KIB,
  pagesBytesPerToken: 16_384 * KIB,
  pageTurnMs: 30_000,
  ratePerSecond: 0,
  unreadMs: 30_000,
  inFlight: 2000,
  eventStreams: 1000,
  eventStreamsPerToken: 100,
  commandStreams: 100,
  commandStreamsPerToken: 10,
  idleMs: 60_000,
}

export const DEFAULT_LIMITS: ServerLimits = {
  ...PLUGIN_LIMITS,
  headerBytes: 8 * KIB,
  headersMs: 5000,
  bodyMs: 15_000,
  keepAliveMs: 10_000,
  connections: 10_000,
}
