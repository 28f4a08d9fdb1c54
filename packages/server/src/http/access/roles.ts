import { reaches, ROLES, type Role } from 'holdfast/model'

export { mayGive, ROLES, type Role } from 'holdfast/model'

/** What a caller must be allowed to do; `open` needs nothing, not even a token. */
export type Need = 'open' | 'read' | 'command' | 'administer'

export function isRole(text: unknown): text is Role {
  return (ROLES as readonly unknown[]).includes(text)
}

/** The least role that may use the route at all. */
export const LEAST: Readonly<Record<Exclude<Need, 'open'>, Role>> = {
  read: 'reader',
  command: 'shop',
  administer: 'admin',
}

/** Whether a role may use the route at all; each command is checked on its own. */
export function mayEnter(role: Role, need: Exclude<Need, 'open'>): boolean {
  return reaches(role, LEAST[need])
}
