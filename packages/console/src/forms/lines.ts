import type { Values } from './values.ts'

/** The forms of many lines, by the names under which they are kept. */
type LinesForm = 'addStock' | 'countStock'

/** What a form of many lines keeps for the next line. */
export interface Lines {
  readonly form: LinesForm
  readonly fields: readonly string[]
}

/** A line that was sent and is not done. */
export interface OpenLine {
  readonly values: Values
  readonly key: string
  /** Why it was refused; null if it was not answered. */
  readonly refusal: string | null
}

interface Kept {
  readonly values: Values
  /** Whether the reader wanted another line after the last one. */
  readonly isAnother: boolean
  readonly open: readonly OpenLine[]
}

const NOTHING: Kept = { values: {}, isAnother: false, open: [] }
const KEY = 'holdfast-lines'

/** The values of a form's last line, in this tab and for this reader, after a reload, too. */
export function keptOf(form: LinesForm): Kept {
  return { ...NOTHING, ...allKept()[form] }
}

/** One that an older page has kept may lack something. */
type All = Readonly<Partial<Record<LinesForm, Partial<Kept>>>>

function allKept(): All {
  return JSON.parse(sessionStorage.getItem(KEY) ?? '{}') as All
}

function keep(form: LinesForm, changes: Partial<Kept>): void {
  const kept: All = { ...allKept(), [form]: { ...keptOf(form), ...changes } }
  sessionStorage.setItem(KEY, JSON.stringify(kept))
}

export function keepLine({ form, fields }: Lines, line: Values, isAnother: boolean): void {
  const values = Object.fromEntries(fields.map((name) => [name, line[name] ?? '']))
  keep(form, { values, isAnother })
}

export function keepOpen({ form }: Lines, open: readonly OpenLine[]): void {
  keep(form, { open })
}

/** The form with lines that are not done, if there is one. */
export function formWithOpen(): LinesForm | undefined {
  return (['addStock', 'countStock'] as const).find((form) => keptOf(form).open.length > 0)
}

/** Nothing is kept for the next reader. */
export function forgetLines(): void {
  sessionStorage.removeItem(KEY)
}
