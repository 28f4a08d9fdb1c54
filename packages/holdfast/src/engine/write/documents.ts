import { checkObject, checkText, invalid, LIMITS } from '../../model/limits.ts'
import type { DocumentChange, Reader } from '../../store/store.ts'

const VALUE_LENGTH = 65_536

/**
 * Checked copies of a caller's documents: names like any key; values of up to 64 Ki characters of well-formed text, or
 * null. The copies are what is written later. @throws InvalidInputError
 */
export function ownDocuments(documents: readonly DocumentChange[]): DocumentChange[] {
  if (!Array.isArray(documents)) throw invalid('documents', 'must be a list')
  return Array.from(documents as readonly unknown[], (document) => {
    checkObject(document, 'document')
    const { name, value } = document
    checkText(name, 'document name', LIMITS.keyLength)
    if (value !== null) checkText(value, `document ${name}`, VALUE_LENGTH)
    return { name, value }
  })
}

/** The value of a document; null if there is none. @throws InvalidInputError */
export async function readDocument(reader: Reader, name: string): Promise<string | null> {
  checkText(name, 'name', LIMITS.keyLength)
  const documents = await reader.documents(name)
  return documents.find((document) => document.name === name)?.value ?? null
}
