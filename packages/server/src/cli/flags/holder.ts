import { InvalidArgumentError } from 'commander'
import type { Holder } from 'holdfast'

/** owner:TEXT or group:TEXT. */
export function holder(text: string): Holder {
  const at = text.indexOf(':')
  const [of, name] = [text.slice(0, at), text.slice(at + 1)]
  if (name !== '' && of === 'owner') return { owner: name }
  if (name !== '' && of === 'group') return { group: name }
  throw new InvalidArgumentError('It must be like owner:cart-17, or group:order-4711.')
}
