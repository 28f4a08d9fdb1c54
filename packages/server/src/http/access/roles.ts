import { ROLES, type Role } from 'holdfast/model'

export { mayGive, ROLES, type Role } from 'holdfast/model'

/** What a route asks of its caller; `open` asks for nothing, not even a token. */
export type Need = 'open' | 'read' | 'command' | 'administer'

export function isRole(text: unknown): text is Role {
  return (ROLES as readonly unknown[]).includes(text)
}

/** Whether a role may enter at all; which commands it may give is asked per command. */
export function mayEnter(role: Role, need: Need): boolean {
  if (need === 'administer') return role === 'admin'
  return need === 'command' ? role !== 'reader' : true
}
