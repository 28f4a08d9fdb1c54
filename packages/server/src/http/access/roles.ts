import { ROLES, type Role } from 'holdfast/model'

export { mayGive, reaches, ROLES, type Role } from 'holdfast/model'

/** The least role that a route needs; `open` needs nothing, not even a token. */
export type Need = 'open' | Role

export function isRole(text: unknown): text is Role {
  return (ROLES as readonly unknown[]).includes(text)
}
