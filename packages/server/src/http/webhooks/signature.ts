import { createHmac, randomBytes } from 'node:crypto'

const PREFIX = 'whsec_'

export function newSigningSecret(): string {
  return PREFIX + randomBytes(32).toString('base64')
}

/** Standard Webhooks 1.0.0: HMAC-SHA256 over id, time and body, one signature per secret. */
export function signature(
  secrets: readonly string[],
  id: string,
  timestampS: number,
  body: string,
): string {
  return secrets
    .map((secret) => {
      const key = Buffer.from(secret.slice(PREFIX.length), 'base64')
      return `v1,${createHmac('sha256', key).update(`${id}.${timestampS}.${body}`).digest('base64')}`
    })
    .join(' ')
}
