import { effect, signal } from '@preact/signals'
import { CommandDialog } from '../forms/command-dialog.tsx'
import type { CommandForm } from '../forms/command-form.ts'
import { formWithOpen } from '../forms/lines.ts'
import { STOCK_FORMS } from '../forms/stock-forms.tsx'
import { model } from '../live/model.ts'

const open = signal<CommandForm | null>(null)
let opened = 0
const number = signal(0)

export function openForm(form: CommandForm): void {
  number.value = ++opened
  open.value = form
}

export function closeForm(): void {
  open.value = null
}

/** Opens the form with lines that are not done: the page was left before they were answered. */
export function reopenForms(): void {
  effect(() => {
    if (open.value !== null || model.loading.value.state !== 'ready') return
    const verb = formWithOpen()
    if (verb !== undefined)
      openForm(STOCK_FORMS[verb].form({ productId: '', warehouseId: undefined }))
  })
}

export function Dialogs() {
  const { value } = open
  if (value === null) return null
  return <CommandDialog key={number.value} form={value} onClose={closeForm} />
}
