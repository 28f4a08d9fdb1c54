/**
 * A stored key is its scope, a line break, and the key that the caller gave: no scope and no key has a
 * control character, so the line break parts them for certain.
 */
export function scopedKey(scope: string, key: string): string {
  return `${scope}\n${key}`
}

/** What all keys of a scope begin with. */
export function scopeOf(key: string): string {
  return key.slice(0, key.indexOf('\n') + 1)
}

/** In order of bytes, the first text after all keys of a scope: what follows a line break is \v. */
export function behindKeysOf(scope: string): string {
  return `${scope.slice(0, -1)}\v`
}
