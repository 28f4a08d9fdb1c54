import type { RefObject } from 'preact'
import { useLayoutEffect, useState } from 'preact/hooks'
import { giveFocusBack } from '../frame/focus.ts'
import type { CommandForm, Values } from './command-form.ts'
import type { Refusal } from './refusal.ts'

interface FieldFocus {
  readonly fieldOf: (name: string) => HTMLInputElement | null
  /** Goes into a field once it has its value: a new one would undo the selection. */
  readonly goTo: (name: string) => void
}

/**
 * Opens a dialog, and moves the focus in it. Always before drawing: a key that is pressed at once would be lost.
 */
export function useFieldFocus(
  dialog: RefObject<HTMLDialogElement | null>,
  form: CommandForm,
  values: Values,
  refusal: Refusal | null,
): FieldFocus {
  const [goal, setGoal] = useState<{ readonly name: string } | null>(null)
  const fieldOf = (name: string): HTMLInputElement | null =>
    dialog.current?.querySelector<HTMLInputElement>(`#field-${name}`) ?? null

  useLayoutEffect(() => {
    const before = document.activeElement
    dialog.current?.showModal()
    // The first field, unless it is a known product.
    const [first] = form.fields
    const units = form.fields.find(({ kind }) => kind === 'quantity')
    const isKnown = first?.kind === 'product' && values[first.name] !== ''
    goInto(isKnown && units !== undefined ? fieldOf(units.name) : document.activeElement)
    return () => {
      if (before instanceof HTMLElement) giveFocusBack(before)
    }
  }, [])
  useLayoutEffect(() => {
    if (refusal !== null)
      goInto(dialog.current?.querySelector<HTMLElement>('[aria-invalid=true], .form-refusal'))
  }, [refusal])
  useLayoutEffect(() => {
    if (goal !== null) goInto(fieldOf(goal.name))
  }, [goal])

  return { fieldOf, goTo: (name) => setGoal({ name }) }
}

/** What was there is replaced by what is typed: a scanner cannot take it away first. */
function goInto(field: Element | null | undefined): void {
  if (field instanceof HTMLElement) field.focus()
  if (field instanceof HTMLInputElement) field.select()
}
