import type { ComponentChildren } from 'preact'
import type { FieldSpec } from './field.tsx'
import type { Lines } from './lines.ts'
import type { Values } from './values.ts'

export type { Values } from './values.ts'

/** One command as a form: its fields, how it is given, and what to say afterwards. */
export interface CommandForm {
  readonly title: string
  /** What will happen, in a sentence. */
  readonly about?: ComponentChildren
  readonly fields: readonly FieldSpec[]
  readonly submit: string
  /** It cannot be undone. */
  readonly isFinal?: boolean
  /** Set if many follow one another: the form can stay open for another line. */
  readonly lines?: Lines | undefined
  /** Gives the command with this idempotency key. Resolves with what to say. */
  readonly run: (values: Values, key: string) => Promise<ComponentChildren>
}
