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
const KEY = 'holdfast-lines'

/** The values of a form's last line, in this tab and for this reader, after a reload, too. */
export function keptOf(form: string): Kept {
  return allKept()[form] ?? NOTHING
}

function allKept(): Readonly<Record<string, Kept>> {
  return JSON.parse(sessionStorage.getItem(KEY) ?? '{}') as Readonly<Record<string, Kept>>
}

export function keepLine({ form, fields }: Lines, line: Values, isAnother: boolean): void {
  const values = Object.fromEntries(fields.map((name) => [name, line[name] ?? '']))
  sessionStorage.setItem(KEY, JSON.stringify({ ...allKept(), [form]: { values, isAnother } }))
}

/** Nothing is kept for the next reader. */
export function forgetLines(): void {
  sessionStorage.removeItem(KEY)
}
