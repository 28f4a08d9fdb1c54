import type { FastifyRequest } from 'fastify'
import type { Command, Verb } from 'holdfast'
import { HttpProblem } from '../problems/http-problem.ts'
import { mayGive, type Need, type Role } from './roles.ts'

/** Who calls, as a token or the server around us says; never as the body says. */
export interface Caller {
  readonly role: Role
  /** Stands in every entry that the caller's commands write. */
  readonly actor: string | undefined
  /** Idempotency keys of different scopes never meet. */
  readonly scope: string
  /** Aborts when he may no longer call: the streams that he holds open end with it. */
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
    /** What the route asks of its caller; reading where it is left out. */
    need?: Need
  }
}

/** @throws HttpProblem FORBIDDEN */
export function mustBeAllowed(caller: Caller, verb: Verb, index?: number): void {
  if (mayGive(caller.role, verb)) return
  const { role } = caller
  throw new HttpProblem('FORBIDDEN', `a token of the role ${role} may not ${verb}`, {
    details: index === undefined ? { role, verb } : { role, verb, index },
  })
}

/** The commands of a list, those inside of atomically too. @throws HttpProblem FORBIDDEN */
export function mustAllBeAllowed(caller: Caller, commands: readonly Command[]): void {
  for (const [index, command] of commands.entries()) {
    const inner = command.verb === 'atomically' ? command.commands : [command]
    for (const { verb } of inner) mustBeAllowed(caller, verb, index)
  }
}

/** What ends the streams of a caller, where anything does. */
export function endOf({ over }: Caller): AbortSignal[] {
  return over === undefined ? [] : [over]
}
