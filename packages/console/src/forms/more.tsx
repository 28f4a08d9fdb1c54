import type { ComponentChildren } from 'preact'
import { useId, useRef } from 'preact/hooks'

const GAP_PX = 4

/**
 * A button that opens a menu of further ones, above everything else: a scrolling table would clip it. The browser
 * closes it with Escape or a click elsewhere.
 */
export function More({ children }: { children: ComponentChildren }) {
  const id = useId()
  const opener = useRef<HTMLButtonElement>(null)
  const menu = useRef<HTMLDivElement>(null)
  /** Below its button, and on the screen. */
  const place = (): void => {
    const { left, right, top, bottom } = opener.current!.getBoundingClientRect()
    const element = menu.current!
    const { offsetWidth, offsetHeight } = element
    const isRoom = bottom + GAP_PX + offsetHeight <= innerHeight
    element.style.left = `${Math.max(GAP_PX, Math.min(left, innerWidth - offsetWidth - GAP_PX, right))}px`
    element.style.top = `${isRoom ? bottom + GAP_PX : Math.max(GAP_PX, top - GAP_PX - offsetHeight)}px`
  }
  return (
    <>
      <button ref={opener} type="button" popovertarget={id}>
        More
      </button>
      <div
        ref={menu}
        id={id}
        popover="auto"
        class="more"
        onToggle={(event) => {
          if (event.newState === 'open') place()
        }}
        // Before its button acts: a form remembers what has the focus when it opens.
        onClickCapture={() => menu.current?.hidePopover()}
      >
        {children}
      </div>
    </>
  )
}
