/**
 * How a client reaches its service.
 * @example
 * const inventory = new HoldfastClient({ url: 'https://stock.example.com', token: process.env.STOCK_TOKEN })
 */
export interface ClientOptions {
  /** Where the service is, its prefix with it. */
  readonly url: string | URL
  /** `hf_…`; none is needed for a service on the same machine. */
  readonly token?: string | undefined
  /** How long one attempt may take; 30,000 ms where it is left out. */
  readonly timeoutMs?: number | undefined
  /** How often a request is sent again that was not answered, or told to come again; 8 where it is left out. */
  readonly retries?: number | undefined
  /**
   * Gives every command that carries none an idempotency key, so that it may be sent again: yes where
   * it is left out. Without a key, a command that was not answered is not sent again.
   */
  readonly automaticKeys?: boolean | undefined
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** The platform's where it is left out. */
  readonly fetch?: typeof fetch | undefined
}

/** How one call goes about it, apart from what it asks for. */
export interface RemoteCallOptions {
  /**
   * Aborting before the command was sent means not executed; later it means that nobody waits: the
   * outcome can be asked for with the same idempotency key.
   */
  readonly signal?: AbortSignal | undefined
  /**
   * Called before the promise settles if the answer or refusal is that of an earlier call with the same idempotency
   * key. It may be this very call's, sent again because its answer was lost.
   */
  readonly onReplay?: (() => void) | undefined
}
