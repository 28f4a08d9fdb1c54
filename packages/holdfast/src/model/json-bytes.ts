import type { Metadata } from './audit-entry.ts'

/** Bytes of a checked text as JSON in UTF-8, quotes included. A checked text has no control characters. */
export function jsonBytes(text: string): number {
  let bytes = text.length + 2
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if (unit < 0x80) {
      if (unit === 0x22 || unit === 0x5c) bytes++
    } else if (unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff)) bytes++
    else bytes += 2
  }
  return bytes
}

/** Bytes of metadata as a JSON object. */
export function metadataBytes(metadata: Metadata): number {
  let bytes = 2
  for (const key in metadata) bytes += jsonBytes(key) + jsonBytes(metadata[key]!) + 2
  return bytes
}
