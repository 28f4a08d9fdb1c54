import type { FastifyRequest } from 'fastify'
import { HttpProblem } from '../problems/http-problem.ts'
import type { TokenRegistry } from '../tokens/registry.ts'
import type { Caller, Identify } from './caller.ts'
import type { SameMachine } from './loopback.ts'

/** Who calls without a token, from the same machine: its owner. */
const OWNER: Caller = { role: 'admin', actor: undefined, scope: 'local' }

export interface BearerOptions {
  readonly tokens: TokenRegistry
  /** Where callers of the same machine need no token; null where everybody needs one. */
  readonly sameMachine: SameMachine | null
  /** Slows down who guesses. @throws HttpProblem RATE_LIMITED */
  readonly onWrong: (address: string) => void
}

/**
 * `Authorization: Bearer hf_…`. A token that is given must be right, needed or not. A right one is never
 * slowed down: behind a proxy all have one address, and somebody's wrong ones would shut everybody out.
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
    throw refused('this is no token of this inventory, or no longer')
  }
}

function refused(message: string): HttpProblem {
  return new HttpProblem('UNAUTHENTICATED', message, {
    headers: { 'www-authenticate': 'Bearer realm="holdfast"' },
  })
}
