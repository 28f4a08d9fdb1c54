import type { FastifyRequest } from 'fastify'
import type { Command, Verb } from 'holdfast'
import { HttpProblem } from '../problems/http-problem.ts'
import { mayGive, type Need, type Role } from './roles.ts'

/** Who calls. A token or the surrounding server says so, never the body. */
export interface Caller {
  readonly role: Role
  /** Recorded in every entry that the caller's commands write. */
  readonly actor: string | undefined
  /** Idempotency keys of different scopes are different keys. */
  readonly scope: string
  /** Aborts when the caller loses access, which ends their open streams. */
  readonly over?: AbortSignal | undefined
}

/** Finds out who calls. @throws HttpProblem UNAUTHENTICATED */
export type Identify = (request: FastifyRequest) => Caller

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before any route of the inventory runs. */
    caller: Caller
  }
  interface FastifyContextConfig {
    /** The least role of the caller. Default: `reader`. */
    need?: Need
  }
}

/** @throws HttpProblem FORBIDDEN */
function mustBeAllowed(caller: Caller, verb: Verb, index?: number): void {
  if (mayGive(caller.role, verb)) return
  const { role } = caller
  throw new HttpProblem('FORBIDDEN', `a token of the role ${role} may not ${verb}`, {
    details: index === undefined ? { role, verb } : { role, verb, index },
  })
}

/** Checks each command of a list, those inside `atomically` too. @throws HttpProblem FORBIDDEN */
export function mustAllBeAllowed(caller: Caller, commands: readonly Command[]): void {
  for (const [index, command] of commands.entries()) {
    const inner = command.verb === 'atomically' ? command.commands : [command]
    for (const { verb } of inner) mustBeAllowed(caller, verb, index)
  }
}

/** What ends the streams of a caller, if anything does. */
export function endOf({ over }: Caller): AbortSignal[] {
  return over === undefined ? [] : [over]
}
