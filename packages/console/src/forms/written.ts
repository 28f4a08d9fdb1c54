import type { Values } from './values.ts'

/** A space that came along when it was pasted is not meant: no id begins or ends with one. */
export function productOf({ productId = '' }: Values): string {
  return productId.trim()
}

/** What is written as it is meant: what is no whole number goes as it is, and the service says so. */
export function whole(text: string | undefined): number {
  const plain = (text ?? '').trim().replace(/\s/g, '')
  return /^-?\d+$/.test(plain) ? Number(plain) : (text as unknown as number)
}

/** Left out where nothing is written. */
export function optional<K extends string>(name: K, values: Values): { [key in K]?: string } {
  const text = values[name]?.trim() ?? ''
  return (text === '' ? {} : { [name]: text }) as { [key in K]?: string }
}

/** The same of units. */
export function optionalWhole<K extends string>(name: K, values: Values): { [key in K]?: number } {
  const text = values[name]?.trim() ?? ''
  return (text === '' ? {} : { [name]: whole(text) }) as { [key in K]?: number }
}
