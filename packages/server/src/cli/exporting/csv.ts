/** What a spreadsheet would take for a formula. A ' before it counts as part of it, so that nothing is lost. */
const FORMULA = /^'*[=+\-@\t\r\n]/
const NEUTRALISED = /^''*[=+\-@\t\r\n]/

/** A record of a CSV file (RFC 4180). Texts that begin like a formula get a ' before them; numbers stay numbers. */
export function csvRecord(cells: readonly (string | number | null)[]): string {
  return cells
    .map((cell) => (typeof cell === 'string' ? quoted(neutral(cell)) : (cell ?? '')))
    .join(',')
}

function neutral(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text
}

/** The text that `csvRecord` was given. */
export function original(cell: string): string {
  return NEUTRALISED.test(cell) ? cell.slice(1) : cell
}

function quoted(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
