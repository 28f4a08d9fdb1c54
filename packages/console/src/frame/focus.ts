const LOOK_MS = 100
/** How long after a command the row it was given from may still disappear. */
const WATCH_MS = 3000

/**
 * Returns the focus after a dialog. If the element that had it disappears, as the row of a shipped hold does, the focus
 * goes to its surroundings. Otherwise the keyboard would start at the top of the page.
 */
export function giveFocusBack(to: HTMLElement): void {
  const around: HTMLElement[] = []
  for (let one = to.parentElement; one !== null; one = one.parentElement) {
    if (one.hasAttribute('tabindex')) around.push(one)
  }
  to.focus()
  const until = Date.now() + WATCH_MS
  const look = (): void => {
    if (to.isConnected) {
      if (Date.now() < until) setTimeout(look, LOOK_MS)
    } else if (document.activeElement === document.body) {
      around.find((one) => one.isConnected)?.focus()
    }
  }
  look()
}
