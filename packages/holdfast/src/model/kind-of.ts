/** What a value is, for a message about one that should be something else: `a number`, `a Promise`, `1.5`. */
export function kindOf(value: unknown): string {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) return String(value)
  if (value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return 'an array'
  if (typeof value !== 'object') return `a ${typeof value}`
  const { constructor } = value
  return typeof constructor === 'function' && constructor !== Object
    ? `a ${constructor.name}`
    : 'an object'
}
