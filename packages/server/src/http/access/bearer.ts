import type { FastifyRequest } from 'fastify'
import { HttpProblem } from '../problems/http-problem.ts'
import type { TokenRegistry } from '../tokens/registry.ts'
import type { Caller, Identify } from './caller.ts'
import type { SameMachine } from './loopback.ts'

/** A caller without a token, from the same machine: its owner. */
const OWNER: Caller = { role: 'admin', actor: undefined, scope: 'local' }

export interface BearerOptions {
  readonly tokens: TokenRegistry
  /** Lets callers of the same machine in without a token; null if everybody needs one. */
  readonly sameMachine: SameMachine | null
  /** Slows down guessing. @throws HttpProblem RATE_LIMITED */
  readonly onWrong: (address: string) => void
}

/**
 * `Authorization: Bearer hf_…`. A token that is given must be valid, even if none is needed. A valid one is never slowed
 * down: behind a proxy all callers have one address, and the wrong tokens of one would lock out the others.
 */
export function byToken({ tokens, sameMachine, onWrong }: BearerOptions): Identify {
  return (request: FastifyRequest): Caller => {
    sameMachine?.check(request)
    const { authorization } = request.headers
    if (authorization === undefined) {
      if (sameMachine !== null) return OWNER
      throw refused('a token is needed: Authorization: Bearer hf_…')
    }
    const text = /^bearer +(\S+) *$/i.exec(authorization)?.[1] ?? ''
    const caller = tokens.find(text)
    if (caller !== null) return caller
    onWrong(request.ip)
    throw refused('the token is unknown, expired or revoked')
  }
}

function refused(message: string): HttpProblem {
  return new HttpProblem('UNAUTHENTICATED', message, {
    headers: { 'www-authenticate': 'Bearer realm="holdfast"' },
  })
}
