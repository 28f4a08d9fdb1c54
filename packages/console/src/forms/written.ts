import type { Values } from './values.ts'

/** Trims spaces that came with pasting: no id begins or ends with one. */
export function productOf({ productId = '' }: Values): string {
  return productId.trim()
}

/** The number in the field. Anything but a whole number is sent unchanged, and the service refuses it. */
export function whole(text: string | undefined): number {
  const plain = (text ?? '').trim().replace(/\s/g, '')
  return /^-?\d+$/.test(plain) ? Number(plain) : (text as unknown as number)
}

/** Left out if the field is empty. */
export function optional<K extends string>(name: K, values: Values): { [key in K]?: string } {
  const text = values[name]?.trim() ?? ''
  return (text === '' ? {} : { [name]: text }) as { [key in K]?: string }
}

/** The same for units. */
export function optionalWhole<K extends string>(name: K, values: Values): { [key in K]?: number } {
  const text = values[name]?.trim() ?? ''
  return (text === '' ? {} : { [name]: whole(text) }) as { [key in K]?: number }
}
