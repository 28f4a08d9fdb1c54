const LOOK_MS = 100
/** So long after a command the row that it was given from may still go away. */
const WATCH_MS = 3000

/**
 * Gives the focus back after a dialog. Where what had it goes away, as the row of a hold does that was
 * shipped, it goes to what was around that: on nothing at all, the keyboard would begin at the top.
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
