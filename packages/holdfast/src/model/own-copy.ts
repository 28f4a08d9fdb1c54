import { isPlain } from './limits.ts'

/**
 * A command as it is kept: the caller may change the object while it waits, and must not change what
 * was checked. Copy first, then check the copy. One level deep, and the lists and maps that commands have.
 */
export function ownCopy(command: unknown, verb?: string): unknown {
  if (typeof command !== 'object' || command === null || Array.isArray(command)) return command
  const copy: Record<string, unknown> = { ...command }
  if (verb !== undefined) copy['verb'] = verb
  const { metadata, warehouseOrder, commands } = copy
  if (metadata !== undefined) copy['metadata'] = plain(metadata)
  if (Array.isArray(warehouseOrder)) copy['warehouseOrder'] = [...(warehouseOrder as unknown[])]
  if (Array.isArray(commands)) copy['commands'] = commands.map((inner) => ownCopy(inner))
  return copy
}

/** A Map stays one, and is refused: copied, it would pass for an empty object. */
function plain(value: unknown): unknown {
  return typeof value === 'object' && value !== null && isPlain(value) ? { ...value } : value
}
