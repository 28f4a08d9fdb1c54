import type { ComponentChildren } from 'preact'
import type { FieldSpec } from './field.tsx'
import type { Lines } from './lines.ts'
import type { Values } from './values.ts'

export type { Values } from './values.ts'

/** One command as a form: what it asks for, how it is given, and what is said when it was done. */
export interface CommandForm {
  readonly title: string
  /** What will happen, in a sentence. */
  readonly about?: ComponentChildren
  readonly fields: readonly FieldSpec[]
  readonly submit: string
  /** It cannot be undone. */
  readonly isFinal?: boolean
  /** Many of it come one after another: another line may follow in the same form. */
  readonly lines?: Lines | undefined
  /** Gives the command with this idempotency key. Answers what to say. */
  readonly run: (values: Values, key: string) => Promise<ComponentChildren>
}
