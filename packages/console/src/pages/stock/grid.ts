import type { WarehouseView } from 'holdfast'
import { link } from '../../frame/route.ts'
import type { LevelTable } from '../../live/level-table.ts'
import type { Column } from './columns.ts'
import { GridRow, ROW_HEIGHT } from './grid-row.ts'

/** Extra rows above and below the screen, so that fast scrolling finds them drawn. */
const MARGIN = 8

interface Shown {
  readonly levels: LevelTable
  readonly warehouses: readonly WarehouseView[]
  readonly order: Uint32Array
}

/** The reader's cell when a product was opened from it, or when the grid was made anew: the next grid has it again. */
interface Left {
  readonly address: string
  readonly product: string | undefined
  readonly column: number
  /** How far below the top of the grid its row was, in pixels. */
  readonly below: number
  /** How far the grid was scrolled sideways, in pixels. */
  readonly sideways: number
  readonly isFocused: boolean
}

let left: Left | null = null

/**
 * Draws only the rows on the screen, at most once a frame, and keeps the reader's cell when rows are added or removed.
 */
export class Grid {
  readonly #scroller: HTMLElement
  readonly #body: HTMLElement
  readonly #columns: readonly Column[]
  #shown: Shown
  #rows = new Map<number, GridRow>()
  #spare: GridRow[] = []
  #made = 0
  #longest = 0
  #active = { index: 0, column: 0 }
  #isFrameAsked = false
  readonly #address = location.hash
  readonly #resized = new ResizeObserver(() => this.#ask())

  constructor(scroller: HTMLElement, body: HTMLElement, columns: readonly Column[], shown: Shown) {
    this.#scroller = scroller
    this.#body = body
    this.#columns = columns
    this.#shown = shown
    scroller.style.removeProperty('--characters')
    scroller.addEventListener('scroll', this.#ask, { passive: true })
    scroller.addEventListener('keydown', this.#onKey)
    scroller.addEventListener('click', this.#onClick)
    scroller.addEventListener('focus', this.#ask)
    scroller.addEventListener('blur', this.#ask)
    this.#resized.observe(scroller)
    this.setOrder(shown)
    if (left?.address === this.#address) this.#goBackTo(left)
  }

  close(): void {
    const isMadeAnew = this.#scroller.isConnected && location.hash === this.#address
    if (isMadeAnew) this.#leave(document.activeElement === this.#scroller)
    this.#scroller.removeEventListener('scroll', this.#ask)
    this.#scroller.removeEventListener('keydown', this.#onKey)
    this.#scroller.removeEventListener('click', this.#onClick)
    this.#scroller.removeEventListener('focus', this.#ask)
    this.#scroller.removeEventListener('blur', this.#ask)
    this.#resized.disconnect()
    this.#body.replaceChildren()
  }

  #leave(isFocused: boolean): void {
    const { levels, order } = this.#shown
    const { index, column } = this.#active
    left = {
      address: this.#address,
      product: levels.products[order[index] ?? -1],
      column,
      below: index * ROW_HEIGHT - this.#scroller.scrollTop,
      sideways: this.#scroller.scrollLeft,
      isFocused,
    }
  }

  #goBackTo({ product, column, below, sideways, isFocused }: Left): void {
    const { levels, order } = this.#shown
    const index = product === undefined ? -1 : order.indexOf(levels.products.indexOf(product))
    left = null
    if (index < 0) return
    // A warehouse may have gone meanwhile.
    this.#active = { index, column: Math.min(column, this.#columns.length) }
    this.#scroller.scrollTop = index * ROW_HEIGHT - below
    this.#scroller.scrollLeft = sideways
    if (isFocused) this.#scroller.focus({ preventScroll: true })
    this.#draw()
  }

  /** A link of a row, unless it is opened in another tab. */
  readonly #onClick = ({ target, ctrlKey, metaKey, shiftKey }: MouseEvent): void => {
    const opened = target instanceof Element ? target.closest('a') : null
    if (opened === null || ctrlKey || metaKey || shiftKey) return
    for (const [index, row] of this.#rows)
      if (row.element.contains(opened)) this.#active = { index, column: 0 }
    this.#leave(true)
  }

  setOrder(shown: Shown): void {
    const before = this.#active.index
    const row = this.#shown.order[before]
    this.#shown = shown
    const { length } = shown.order
    const isUsed = document.activeElement === this.#scroller
    const now = isUsed && row !== undefined ? shown.order.indexOf(row) : -1
    this.#body.style.height = `${length * ROW_HEIGHT}px`
    this.#scroller.setAttribute('aria-rowcount', String(length + 2))
    this.#active.index = now >= 0 ? now : Math.max(0, Math.min(before, length - 1))
    // The row keeps its position on the screen.
    if (now >= 0) this.#scroller.scrollTop += (now - before) * ROW_HEIGHT
    this.#draw()
  }

  /** Writes what changed into the visible rows. */
  changed(places: ReadonlySet<number>): void {
    const { levels, warehouses } = this.#shown
    const { width } = levels
    for (const row of this.#rows.values()) {
      const first = row.row * width
      for (let place = first; place < first + width; place++) {
        if (!places.has(place)) continue
        row.update(levels, warehouses, true)
        this.#makeRoomFor(row)
        break
      }
    }
  }

  /** A figure that is cut off would look like another one. */
  #makeRoomFor({ longest }: GridRow): void {
    if (longest <= this.#longest) return
    this.#longest = longest
    this.#scroller.style.setProperty('--characters', String(longest))
  }

  readonly #ask = (): void => {
    if (this.#isFrameAsked) return
    this.#isFrameAsked = true
    requestAnimationFrame(() => {
      this.#isFrameAsked = false
      this.#draw()
    })
  }

  #draw(): void {
    const { levels, warehouses, order } = this.#shown
    const { scrollTop, clientHeight } = this.#scroller
    const from = Math.max(0, Math.floor(scrollTop / ROW_HEIGHT) - MARGIN)
    const to = Math.min(order.length, Math.ceil((scrollTop + clientHeight) / ROW_HEIGHT) + MARGIN)
    for (const [index, row] of this.#rows) {
      if (index >= from && index < to) continue
      this.#rows.delete(index)
      this.#spare.push(row)
    }
    for (let index = from; index < to; index++) {
      let row = this.#rows.get(index)
      if (row === undefined) {
        row = this.#spare.pop() ?? new GridRow(this.#columns, `cell-${this.#made++}`)
        this.#rows.set(index, row)
        if (!row.element.isConnected) this.#body.append(row.element)
      }
      row.show(levels, warehouses, order[index]!, index)
      this.#makeRoomFor(row)
    }
    for (const row of this.#spare) row.hide()
    this.#markActive()
  }

  #markActive(): void {
    for (const old of this.#body.querySelectorAll('.active')) old.classList.remove('active')
    const cell = this.#rows.get(this.#active.index)?.cell(this.#active.column)
    if (cell === undefined || document.activeElement !== this.#scroller) {
      this.#scroller.removeAttribute('aria-activedescendant')
      return
    }
    cell.classList.add('active')
    this.#scroller.setAttribute('aria-activedescendant', cell.id)
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.target !== this.#scroller || event.altKey || event.metaKey) return
    const { order } = this.#shown
    const page = Math.max(1, Math.floor(this.#scroller.clientHeight / ROW_HEIGHT) - 3)
    const { index, column } = this.#active
    const goTo: Readonly<Record<string, readonly [number, number]>> = {
      ArrowDown: [index + 1, column],
      ArrowUp: [index - 1, column],
      ArrowRight: [index, column + 1],
      ArrowLeft: [index, column - 1],
      PageDown: [index + page, column],
      PageUp: [index - page, column],
      Home: event.ctrlKey ? [0, 0] : [index, 0],
      End: event.ctrlKey ? [order.length - 1, column] : [index, this.#columns.length],
    }
    const row = order[index]
    if (event.key === 'Enter' && row !== undefined) {
      this.#leave(true)
      location.hash = link('product', this.#shown.levels.products[row])
      return
    }
    const next = goTo[event.key]
    if (next === undefined) return
    event.preventDefault()
    this.#active = {
      index: Math.max(0, Math.min(order.length - 1, next[0])),
      column: Math.max(0, Math.min(this.#columns.length, next[1])),
    }
    this.#reveal()
  }

  /** Scrolls as little as possible to show the active cell, outside the fixed headings. */
  #reveal(): void {
    const { index, column } = this.#active
    const top = index * ROW_HEIGHT
    const head = this.#body.offsetTop
    const height = this.#scroller.clientHeight - head
    if (top < this.#scroller.scrollTop) this.#scroller.scrollTop = top
    else if (top + ROW_HEIGHT > this.#scroller.scrollTop + height)
      this.#scroller.scrollTop = top + ROW_HEIGHT - height
    this.#draw()
    const cell = this.#rows.get(index)?.cell(column)
    if (cell === undefined || column === 0) {
      this.#scroller.scrollLeft = column === 0 ? 0 : this.#scroller.scrollLeft
      return
    }
    const beside = this.#rows.get(index)!.cell(0).offsetWidth
    const { offsetLeft, offsetWidth } = cell
    const { scrollLeft, clientWidth } = this.#scroller
    if (offsetLeft - beside < scrollLeft) this.#scroller.scrollLeft = offsetLeft - beside
    else if (offsetLeft + offsetWidth > scrollLeft + clientWidth)
      this.#scroller.scrollLeft = offsetLeft + offsetWidth - clientWidth
  }
}
