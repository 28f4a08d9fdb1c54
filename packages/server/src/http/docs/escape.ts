const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A piece of HTML; inserted values are escaped. */
export function html(pieces: TemplateStringsArray, ...texts: readonly string[]): string {
  return String.raw(
    { raw: pieces },
    ...texts.map((text) => text.replaceAll(/[&<>"']/g, (unit) => ENTITIES[unit]!)),
  )
}
