import { checkId, InvalidInputError } from 'holdfast'

/** Why a text of a file cannot be an id; null if it can. */
export function flawOf(id: string, name: string): string | null {
  // Bytes that are not UTF-8 were read as this, so two different ids could become one.
  if (id.includes('\ufffd')) return `${name} is not readable as UTF-8`
  try {
    checkId(id, name)
    return null
  } catch (error) {
    if (error instanceof InvalidInputError) return error.message
    throw error
  }
}
