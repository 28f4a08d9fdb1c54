import * as http from 'node:http'
import * as https from 'node:https'
import type { AuditEntry } from 'holdfast'
import { checkEndpoint } from './endpoint.ts'
import { publicLookup } from './public-address.ts'
import { signature } from './signature.ts'

const WITHIN_MS = 15_000

export type Attempt =
  | { readonly outcome: 'delivered' }
  /** It said that it is gone for good. */
  | { readonly outcome: 'gone' }
  | { readonly outcome: 'failed'; readonly why: string; readonly retryAfterMs: number | null }

/** Posts one entry once. Only 2xx is success; nothing is followed, and nothing of the answer is kept. */
export function attempt(
  url: string,
  entry: AuditEntry,
  secrets: readonly string[],
  allowPrivate: boolean,
  stop: AbortSignal,
): Promise<Attempt> {
  const id = `entry-${entry.seq}`
  const nowS = Math.floor(Date.now() / 1000)
  const timestamp = new Date(entry.timestamp).toISOString()
  const body = JSON.stringify({ type: entry.type, timestamp, data: entry })
  try {
    // The flag may be another one than when the webhook was made, and so may the list of addresses.
    checkEndpoint(url, allowPrivate)
  } catch (error) {
    return Promise.resolve({
      outcome: 'failed',
      why: (error as Error).message,
      retryAfterMs: null,
    })
  }
  const { request } = url.startsWith('https:') ? https : http
  return new Promise((resolve) => {
    const failed = (why: string, retryAfterMs: number | null = null): void =>
      resolve({ outcome: 'failed', why, retryAfterMs })
    const sent = request(url, {
      method: 'POST',
      ...(allowPrivate ? {} : { lookup: publicLookup as http.RequestOptions['lookup'] }),
      signal: AbortSignal.any([stop, AbortSignal.timeout(WITHIN_MS)]),
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'user-agent': 'holdfast',
        'webhook-id': id,
        'webhook-timestamp': String(nowS),
        'webhook-signature': signature(secrets, id, nowS, body),
      },
    })
    sent.on('error', (error) => failed(error.message))
    sent.on('response', (response) => {
      const { statusCode = 0, headers } = response
      response.destroy()
      if (statusCode >= 200 && statusCode < 300) resolve({ outcome: 'delivered' })
      else if (statusCode === 410) resolve({ outcome: 'gone' })
      else failed(`it answered ${statusCode}`, retryAfter(headers['retry-after']))
    })
    sent.end(body)
  })
}

function retryAfter(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : null
}
