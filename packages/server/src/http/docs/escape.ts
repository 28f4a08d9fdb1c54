const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A piece of HTML; what is put into it is text. */
export function html(pieces: TemplateStringsArray, ...texts: readonly string[]): string {
  return String.raw(
    { raw: pieces },
    ...texts.map((text) => text.replaceAll(/[&<>"']/g, (unit) => ENTITIES[unit]!)),
  )
}
