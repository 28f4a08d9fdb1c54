/**
 * Whether a list was refused because its commands are too much together: none was executed, and in several lists they
 * may fit.
 */
export function isTooMuchTogether(error: unknown): boolean {
  const { code, details } = error as { readonly code?: unknown; readonly details?: unknown }
  return code === 'INVALID_INPUT' && (details as { readonly field?: unknown }).field === 'commands'
}
