import { overview } from './overview.ts'

const SHOP: ReadonlySet<string> = new Set(['reserve', 'confirm', 'release', 'extend'])

/** Whether the reader's token may give a command: what it may not is not offered. */
export function may(verb: string): boolean {
  const { role, readOnly } = overview.value ?? {}
  if (readOnly === true) return false
  if (verb === 'verify') return role === 'admin'
  if (role === 'shop') return SHOP.has(verb)
  return role === 'operator' || role === 'admin'
}
