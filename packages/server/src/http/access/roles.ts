import { ROLES, type Role } from 'holdfast/model'

export { mayGive, ROLES, type Role } from 'holdfast/model'

/** What a caller must be allowed to do; `open` needs nothing, not even a token. */
export type Need = 'open' | 'read' | 'command' | 'administer'

export function isRole(text: unknown): text is Role {
  return (ROLES as readonly unknown[]).includes(text)
}

/** Whether a role may use the route at all; each command is checked on its own. */
export function mayEnter(role: Role, need: Need): boolean {
  if (need === 'administer') return role === 'admin'
  return need === 'command' ? role !== 'reader' : true
}
