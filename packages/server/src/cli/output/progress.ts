let shown = false
let nextAt = 0

/** At most ten times a second. */
const EVERY_MS = 100

/** Shows the progress of long work on one line of the terminal; not in a file or pipe. */
export function progress(what: string, done: number, of: number): void {
  if (!process.stderr.isTTY) return
  const now = performance.now()
  if (now < nextAt) return
  nextAt = now + EVERY_MS
  const percent = of === 0 ? 100 : Math.floor((100 * done) / of)
  const line = `${what} ${percent} % (${done.toLocaleString('en')} of ${of.toLocaleString('en')})`
  process.stderr.write(`\r\u001b[K${line.slice(0, (process.stderr.columns || 80) - 1)}`)
  shown = true
}

/** Removes the line before anything else is printed. */
export function clearProgress(): void {
  if (!shown) return
  shown = false
  process.stderr.write('\r\u001b[K')
}
