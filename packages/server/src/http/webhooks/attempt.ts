import * as http from 'node:http'
import * as https from 'node:https'
import { whyUnanswered } from 'holdfast/model'
import { checkEndpoint } from './endpoint.ts'
import { publicLookup } from './public-address.ts'
import { signature } from './signature.ts'
import { GONE } from './stored-webhook.ts'

const WITHIN_MS = 15_000

/** What an endpoint is sent; the id is the same in each repetition. */
export interface Message {
  readonly id: string
  readonly type: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly data: object
}

export interface Attempt {
  /** `gone`: the endpoint answered 410. */
  readonly outcome: 'delivered' | 'gone' | 'failed'
  /** The status of the answer; null if there was none. */
  readonly status: number | null
  /** Why it failed, for people. */
  readonly why: string | null
  readonly retryAfterMs: number | null
}

/** Posts one message once. Only 2xx is success. Redirects are not followed, and only the status of the answer is kept. */
export function attempt(
  url: string,
  { id, type, at, data }: Message,
  secrets: readonly string[],
  allowPrivate: boolean,
  stop: AbortSignal,
  withinMs = WITHIN_MS,
): Promise<Attempt> {
  const nowS = Math.floor(Date.now() / 1000)
  const body = JSON.stringify({ type, timestamp: new Date(at).toISOString(), data })
  try {
    // The setting, and the list of private networks, may have changed since the webhook was made.
    checkEndpoint(url, allowPrivate)
  } catch (error) {
    return Promise.resolve(unanswered((error as Error).message))
  }
  const late = AbortSignal.timeout(withinMs)
  const { request } = url.startsWith('https:') ? https : http
  return new Promise((resolve) => {
    const sent = request(url, {
      method: 'POST',
      ...(allowPrivate ? {} : { lookup: publicLookup as http.RequestOptions['lookup'] }),
      signal: AbortSignal.any([stop, late]),
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'user-agent': 'holdfast',
        'webhook-id': id,
        'webhook-timestamp': String(nowS),
        'webhook-signature': signature(secrets, id, nowS, body),
      },
    })
    sent.on('error', (error) => {
      resolve(unanswered(whyUnanswered(late.aborted ? late.reason : error, withinMs)))
    })
    const onAnswer = ({ statusCode: status = 0, headers, socket }: http.IncomingMessage): void => {
      socket.destroy()
      const isTaken = status >= 200 && status < 300
      resolve({
        outcome: isTaken ? 'delivered' : status === 410 ? 'gone' : 'failed',
        status,
        why: isTaken ? null : status === 410 ? GONE : `it answered ${status}`,
        retryAfterMs: retryAfter(headers['retry-after']),
      })
    }
    // 101 that names another protocol is no response to Node, nor an error.
    sent.on('response', onAnswer).on('upgrade', onAnswer)
    sent.end(body)
  })
}

function unanswered(why: string): Attempt {
  return { outcome: 'failed', status: null, why, retryAfterMs: null }
}

function retryAfter(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : null
}
