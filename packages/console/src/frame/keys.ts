/** `/` goes to the page's search field, unless the reader is typing. Returns a function that stops it. */
export function focusSearch(): () => void {
  const onKey = (event: KeyboardEvent): void => {
    const { target } = event
    const isWriting =
      target instanceof HTMLElement && target.matches('input, select, textarea, [contenteditable]')
    if (event.key !== '/' || isWriting || event.ctrlKey || event.metaKey || event.altKey) return
    const field = document.querySelector<HTMLInputElement>('main input[type=search]')
    if (field === null) return
    event.preventDefault()
    field.focus()
    field.select()
  }
  document.addEventListener('keydown', onKey)
  return () => document.removeEventListener('keydown', onKey)
}
