import { isPlain } from './limits.ts'

/**
 * The engine's own copy of a command, so that the caller can change the object without affecting what was checked. Copy
 * first, then check the copy. It copies one level, and the lists and small objects in commands.
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

/** A Map stays a Map, and is refused: copied, it would look like an empty object. */
function ownField(name: string, value: object): unknown {
  if (Array.isArray(value))
    return name === 'commands' ? value.map((inner) => ownCopy(inner)) : [...(value as unknown[])]
  return isPlain(value) ? { ...value } : value
}
