import { OperationalError } from '../model/operational-error.ts'
import type { ClientOptions } from './options.ts'
import { pause, pauseMs } from './pause.ts'
import { asReplayed, InventoryError } from '../model/errors.ts'
import { whyUnanswered } from '../model/why-unanswered.ts'
import { isForeign, problemIn, remoteError, type Problem } from './remote-error.ts'

export interface WireRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With its query, relative to the service's URL. */
  readonly path: string
  /** JSON. */
  readonly body?: string | undefined
  /** Not to be repeated: it may have been executed although no answer came. */
  readonly onlyOnce?: boolean | undefined
  /** An attempt may take as long as it needs. */
  readonly unhurried?: boolean | undefined
  readonly signal?: AbortSignal | undefined
  /** Called if the answer is that of an earlier call. */
  readonly onReplay?: (() => void) | undefined
}

/** Statuses worth a retry: no answer, or "not now". */
const AGAIN: ReadonlySet<number> = new Set([408, 429, 502, 503, 504])
/** "Not now", but not soon either. */
const NOT_SOON: ReadonlySet<string> = new Set(['STORE_READ_ONLY', 'STORE_LOCKED'])
/** Failures of a connection that was never made. */
const NEVER_SENT: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'],
])
/** Codes that mean that nothing was executed. */
const NOTHING_DONE: ReadonlySet<string> = new Set(['BUSY', 'TIMEOUT', 'RATE_LIMITED'])

/** Sends requests until they are answered; any of them may be sent twice. */
export class Wire {
  readonly #base: string
  readonly #headers: Readonly<Record<string, string>>
  readonly #fetch: typeof fetch
  readonly #timeoutMs: number
  readonly #retries: number

  constructor(options: ClientOptions) {
    this.#base = String(options.url).replace(/\/+$/, '')
    const given = options.fetch ?? fetch
    // Not as a method of this object: a browser's own `fetch` refuses that.
    this.#fetch = (...request) => given(...request)
    this.#timeoutMs = options.timeoutMs ?? 30_000
    this.#retries = options.retries ?? 8
    this.#headers = {
      accept: 'application/json',
      ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
      ...options.headers,
    }
  }

  /** @throws InventoryError, OperationalError, RequestError, or the signal's reason */
  async send(request: WireRequest): Promise<unknown> {
    const { signal } = request
    /** An attempt that may have been executed. */
    let unknown: Error | null = null
    for (let repetition = 1; ; repetition++) {
      signal?.throwIfAborted()
      const outcome = await this.#attempt(request)
      if ('answer' in outcome) return outcome.answer
      signal?.throwIfAborted()
      const { error } = outcome
      if (error instanceof OperationalError && error.code === 'COMMIT_UNKNOWN') unknown = error
      if (!outcome.again || repetition > this.#retries)
        // What a later attempt met says nothing about an earlier one, unless it was decided.
        throw error instanceof InventoryError ? error : (unknown ?? error)
      await pause(pauseMs(repetition, outcome.retryAfter), signal)
    }
  }

  /** A streamed answer: no time limit, one attempt. */
  async stream(
    path: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Response> {
    const response = await this.#fetch(this.#base + path, {
      headers: { ...this.#headers, ...headers },
      redirect: 'manual',
      signal,
    })
    if (response.ok) return response
    const error = remoteError(response.status, await problemOf(response))
    throw new Final(error, AGAIN.has(response.status) || isForeign(error))
  }

  async #attempt(request: WireRequest): Promise<Outcome> {
    let response: Response
    let body: unknown
    try {
      response = await this.#fetched(request)
      // A broken answer is as good as none.
      body = response.ok ? answerIn(await response.json()) : await problemOf(response)
    } catch (error) {
      return this.#lost(request, error)
    }
    const isReplay = response.headers.get('idempotency-replayed') === 'true'
    // Apart: what it throws says nothing about the command.
    if (isReplay && request.onReplay !== undefined) queueMicrotask(request.onReplay)
    if (response.ok) return { answer: body }
    const error = remoteError(response.status, body as Problem)
    const retryAfter = response.headers.get('retry-after')
    if (isForeign(error)) return this.#lost(request, error, retryAfter)
    if (isReplay && error instanceof InventoryError) asReplayed(error)
    const again = isWorthRepeating(response.status, error.code, request)
    return { error, again, retryAfter }
  }

  /** No answer of the service came. */
  #lost(request: WireRequest, cause: unknown, retryAfter: string | null = null): Outcome {
    const wasSent = !NEVER_SENT.has(causeOf(cause))
    return {
      error: unanswered(cause, this.#timeoutMs, wasSent && request.method !== 'GET'),
      again: request.onlyOnce !== true || !wasSent,
      retryAfter,
    }
  }

  #fetched({ method, path, body, unhurried, signal }: WireRequest): Promise<Response> {
    const limits = unhurried === true ? [] : [AbortSignal.timeout(this.#timeoutMs)]
    const headers =
      body === undefined ? this.#headers : { ...this.#headers, 'content-type': 'application/json' }
    return this.#fetch(this.#base + path, {
      method,
      headers,
      body: body ?? null,
      // A redirected POST becomes a GET, and the answer to that is none to the command.
      redirect: 'manual',
      signal: AbortSignal.any(signal === undefined ? limits : [...limits, signal]),
    })
  }
}

type Outcome =
  | { readonly answer: unknown }
  | { readonly error: Error; readonly again: boolean; readonly retryAfter: string | null }

function isWorthRepeating(status: number, code: string, request: WireRequest): boolean {
  if (!AGAIN.has(status) || NOT_SOON.has(code)) return false
  return request.onlyOnce !== true || NOTHING_DONE.has(code)
}

/** The service's final answer. */
export class Final extends Error {
  readonly refused: Error
  readonly again: boolean

  constructor(refused: Error, again = false) {
    super(refused.message)
    this.refused = refused
    this.again = again
  }
}

async function problemOf(response: Response): Promise<Problem> {
  // A browser shows neither the status nor the address.
  if (response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)) {
    const to = response.headers.get('location')
    const where = to === null ? 'elsewhere' : `to ${to}`
    return { detail: `url redirects ${where}, and redirects are not followed` }
  }
  try {
    return problemIn(await response.json())
  } catch {
    return {}
  }
}

/** Every answer of the service has the position of the trail that it shows. */
function answerIn(body: unknown): unknown {
  if (typeof (body as { seq?: unknown } | null)?.seq === 'number') return body
  throw new Error('what came is no answer of the service')
}

/** If the outcome of a command is unknown, repeating it with the same key would tell. */
function unanswered(cause: unknown, withinMs: number, isUnknown: boolean): OperationalError {
  const why = whyUnanswered(cause, withinMs)
  return isUnknown
    ? new OperationalError('COMMIT_UNKNOWN', `no answer, and it may have been executed: ${why}`, {
        cause,
      })
    : new OperationalError('STORE_UNAVAILABLE', `the service did not answer: ${why}`, { cause })
}

/** Why a `fetch` of Node.js failed: a code of the system, or of its HTTP client. */
function causeOf(error: unknown): string {
  const code = (error as { cause?: { code?: unknown } } | null | undefined)?.cause?.code
  return typeof code === 'string' ? code : ''
}
