import type { Values } from './values.ts'

/** What a form of many lines keeps for the next line. */
export interface Lines {
  /** The form's name, under which it is kept. */
  readonly form: string
  readonly fields: readonly string[]
}

interface Kept {
  readonly values: Values
  /** Whether the reader wanted another line after the last one. */
  readonly isAnother: boolean
}

const NOTHING: Kept = { values: {}, isAnother: false }
const kept = new Map<string, Kept>()

/** The values of a form's last line, in this tab and for this reader. */
export function keptOf(form: string): Kept {
  return kept.get(form) ?? NOTHING
}

export function keepLine({ form, fields }: Lines, line: Values, isAnother: boolean): void {
  const values = Object.fromEntries(fields.map((name) => [name, line[name] ?? '']))
  kept.set(form, { values, isAnother })
}

/** Nothing is kept for the next reader. */
export function forgetLines(): void {
  kept.clear()
}
