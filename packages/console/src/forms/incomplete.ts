import type { CommandForm, Values } from './command-form.ts'
import type { Refusal } from './refusal.ts'
import { whole } from './written.ts'

/** What a form lacks before it can be sent: a scanner's second Enter, for one, would send a line without units. */
export function incomplete({ fields }: CommandForm, values: Values): Refusal | null {
  for (const { name, label, kind, mayBeEmpty } of fields) {
    if (kind !== 'product' && kind !== 'quantity' && kind !== 'number') continue
    const text = values[name]?.trim() ?? ''
    if (text === '' && mayBeEmpty !== true)
      return { field: name, message: `${label} must not be empty.` }
    if (kind !== 'product' && text !== '' && Number.isNaN(whole(text)))
      return {
        field: name,
        message: `${label} must be a whole number, in digits only, like 1000.`,
      }
  }
  return null
}
