import { signal } from '@preact/signals'
import { CommandDialog } from '../forms/command-dialog.tsx'
import type { CommandForm } from '../forms/command-form.ts'

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

export function Dialogs() {
  const { value } = open
  if (value === null) return null
  return <CommandDialog key={number.value} form={value} onClose={closeForm} />
}
