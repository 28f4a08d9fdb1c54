import type { Values } from './values.ts'

/** Trims spaces that came with pasting: no id begins or ends with one. */
export function productOf({ productId = '' }: Values): string {
  return productId.trim()
}

/**
 * The number in the field, or NaN. It has no groups: `1.000` is a thousand in one country and one in another, and a gap
 * may be between two numbers.
 */
export function whole(text = ''): number {
  return /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN
}

/** A text that must not be empty, nor only look so. */
export function written(name: string, values: Values): string {
  return values[name]?.trim() ?? ''
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
