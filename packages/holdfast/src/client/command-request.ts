import { COMMANDS, routeOf, type Command, type SingleVerb } from '../model/commands/commands.ts'
import { step } from './address.ts'
import type { WireRequest } from './wire.ts'

/** The request for one command. @throws InvalidInputError for an id that cannot be part of an address */
export function commandRequest(command: Command): WireRequest {
  const { verb, ...body } = command as unknown as { verb: string } & Record<string, unknown>
  if (verb === 'atomically') {
    return { method: 'POST', path: '/v1/batch', body: JSON.stringify({ atomic: true, ...body }) }
  }
  const { path, inPath } = routeOf(COMMANDS[verb as SingleVerb])
  if (inPath === null) return { method: 'POST', path, body: JSON.stringify(body) }
  const { [inPath]: id, ...rest } = body
  const there = path.replace(`{${inPath}}`, () => step(id, inPath))
  return { method: 'POST', path: there, body: JSON.stringify(rest) }
}

export function isVerb(verb: unknown): boolean {
  return verb === 'atomically' || (typeof verb === 'string' && Object.hasOwn(COMMANDS, verb))
}
