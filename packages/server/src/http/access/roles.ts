import type { Verb } from 'holdfast'

/** From the least to the most: each may do what those before it may. */
export const ROLES = ['reader', 'shop', 'operator', 'admin'] as const
export type Role = (typeof ROLES)[number]

/** What a route asks of its caller; `open` asks for nothing, not even a token. */
export type Need = 'open' | 'read' | 'command' | 'administer'

const SHOP: ReadonlySet<Verb> = new Set(['reserve', 'confirm', 'release', 'extend'])

export function isRole(text: unknown): text is Role {
  return (ROLES as readonly unknown[]).includes(text)
}

/** Whether a role may knock at all; which commands it may give is asked per command. */
export function mayEnter(role: Role, need: Need): boolean {
  if (need === 'administer') return role === 'admin'
  return need === 'command' ? role !== 'reader' : true
}

/** A shop's own pages hold, sell and give back; they move no stock. Lists are asked for each command. */
export function mayCommand(role: Role, verb: Verb): boolean {
  if (role === 'shop') return SHOP.has(verb)
  return role !== 'reader'
}
