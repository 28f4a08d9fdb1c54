/**
 * How to reach the service.
 * @example
 * const inventory = new HoldfastClient({ url: 'https://stock.example.com', token: process.env.STOCK_TOKEN })
 */
export interface ClientOptions {
  /** Address of the service, including any path prefix. Redirects are not followed. */
  readonly url: string | URL
  /** `hf_…`; not needed for a service on the same machine. */
  readonly token?: string | undefined
  /** How long one attempt may take, in milliseconds, 24 days at most. Default: 30,000. Not for `verify`. */
  readonly timeoutMs?: number | undefined
  /** How often a request is repeated that got no answer, or was told to try again later. Default: 8. */
  readonly retries?: number | undefined
  /** The most commands and other requests that wait until those before them are answered. Default: 65,536. */
  readonly queueLimit?: number | undefined
  /**
   * Gives every command without an idempotency key a new one, so that it can be sent again. Default: true. A command
   * without a key is not sent again if no answer comes.
   */
  readonly automaticKeys?: boolean | undefined
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Default: the platform's `fetch`. */
  readonly fetch?: typeof fetch | undefined
}

/** Options of one call, apart from the command itself. */
export interface RemoteCallOptions {
  /**
   * If it aborts before the command is sent, the command is not executed. After that it only ends the wait: repeat the
   * command with the same idempotency key to learn the outcome.
   */
  readonly signal?: AbortSignal | undefined
  /**
   * Called before the promise settles if the answer or refusal is that of an earlier call with the same idempotency
   * key. That may be this same call, sent again because its answer was lost.
   */
  readonly onReplay?: (() => void) | undefined
}
