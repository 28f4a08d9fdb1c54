import { isPlain } from './limits.ts'

/**
 * A command as it is kept: the caller may change the object while it waits, and must not change what
 * was checked. Copy first, then check the copy. One level deep, and the lists and small objects that commands have.
 */
export function ownCopy(command: unknown, verb?: string): unknown {
  if (typeof command !== 'object' || command === null || Array.isArray(command)) return command
  const copy: Record<string, unknown> = { ...command }
  if (verb !== undefined) copy['verb'] = verb
  for (const name in copy) {
    const value = copy[name]
    if (typeof value === 'object' && value !== null) copy[name] = ownField(name, value)
  }
  return copy
}

/** A Map stays one, and is refused: copied, it would pass for an empty object. */
function ownField(name: string, value: object): unknown {
  if (Array.isArray(value))
    return name === 'commands' ? value.map((inner) => ownCopy(inner)) : [...(value as unknown[])]
  return isPlain(value) ? { ...value } : value
}
