const KIB = 1024

/** Limits of the inventory's own routes, in a server of your own too. */
export interface PluginLimits {
  /** Largest body of a request, in bytes. Default: 262,144. */
  readonly bodyBytes: number
  /** Largest body of a batch, in bytes. Default: 8,388,608. */
  readonly batchBytes: number
  /** Most memory for arriving bodies, in bytes. Default: 67,108,864. */
  readonly bodiesBytes: number
  /** The same for one token; at least `batchBytes`. Default: 16,777,216. */
  readonly bodiesBytesPerToken: number
  /** Most memory for pages and other large answers that are not yet sent, in bytes. Default: 67,108,864. */
  readonly answersBytes: number
  /** The same for one token; at least 1,048,576. Default: 16,777,216. */
  readonly answersBytesPerToken: number
  /** How long a request waits for memory for its answer, and again for its turn to read a page, in milliseconds. Default: 30,000. */
  readonly answerTurnMs: number
  /**
   * Commands per second for one token, or for one address if no token is needed. A read counts as one.
   * Each process counts for itself. Default: 0, no limit.
   */
  readonly ratePerSecond: number
  /**
   * How long a reader may take no byte of an answer or a stream, in milliseconds; then its connection is closed.
   * Default: 30,000. 0 disables it, for a surrounding server that has such a limit.
   */
  readonly unreadMs: number
  /** Most concurrent requests; one token may have half of them. Default: 2,000. */
  readonly inFlight: number
  /** Most open streams of events. Default: 1,000. */
  readonly eventStreams: number
  /** The same for one token. Default: 100. */
  readonly eventStreamsPerToken: number
  /** Most open streams of commands (NDJSON). Default: 100. */
  readonly commandStreams: number
  /** The same for one token. Default: 10. */
  readonly commandStreamsPerToken: number
  /** How long a stream of commands may be idle, in milliseconds. Default: 60,000. */
  readonly idleMs: number
}

/** Limits of a server. */
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
  answersBytes: 65_536 * KIB,
  answersBytesPerToken: 16_384 * KIB,
  answerTurnMs: 30_000,
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
