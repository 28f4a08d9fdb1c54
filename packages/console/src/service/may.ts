import { mayGive, type Verb } from 'holdfast/model'
import { overview } from './overview.ts'

/** Whether the reader's token may give a command. What it may not is not offered. */
export function may(verb: Verb | 'verify' | 'changeWarehouse'): boolean {
  const { role, readOnly } = overview.value ?? {}
  if (readOnly === true || role === undefined) return false
  return verb === 'verify' || verb === 'changeWarehouse' ? role === 'admin' : mayGive(role, verb)
}
