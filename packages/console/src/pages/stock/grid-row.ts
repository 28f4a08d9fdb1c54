import type { WarehouseView } from 'holdfast'
import { link } from '../../frame/route.ts'
import type { LevelTable } from '../../live/level-table.ts'
import { number } from '../../text/numbers.ts'
import { figureOf, isLowIn, type Column } from './columns.ts'

export const ROW_HEIGHT = 36

const HIGHLIGHT: Keyframe[] = [
  { backgroundColor: 'var(--changed)' },
  { backgroundColor: 'transparent' },
]
const HIGHLIGHT_MS = 1600

/** The mark of a low figure takes as much room as these characters. */
const MARK_CHARACTERS = 4

interface Cell {
  readonly element: HTMLElement
  readonly figure: Text
  readonly mark: HTMLElement | null
  value: number | null
  isLow: boolean
}

/**
 * One row of the grid. It is reused for another product when it scrolls out of view, so that scrolling changes texts
 * and creates no elements.
 */
export class GridRow {
  readonly element = document.createElement('div')
  /** The product shown; −1 for none. */
  row = -1
  index = -1
  readonly #link = document.createElement('a')
  readonly #name = document.createElement('bdi')
  readonly #head = document.createElement('div')
  readonly #cells: readonly Cell[]
  readonly #columns: readonly Column[]

  constructor(columns: readonly Column[], id: string) {
    this.#columns = columns
    this.element.className = 'grid-row'
    this.element.setAttribute('role', 'row')
    this.#head.setAttribute('role', 'rowheader')
    this.#head.className = 'grid-cell grid-product'
    this.#head.id = `${id}-0`
    this.#link.tabIndex = -1
    this.#link.append(this.#name)
    this.#head.append(this.#link)
    this.#cells = columns.map((column, index) => newCell(column, `${id}-${index + 1}`))
    this.element.append(this.#head, ...this.#cells.map(({ element }) => element))
  }

  /** The id of a cell, for `aria-activedescendant`. */
  cell(column: number): HTMLElement {
    return column === 0 ? this.#head : this.#cells[column - 1]!.element
  }

  show(levels: LevelTable, warehouses: readonly WarehouseView[], row: number, index: number): void {
    if (index !== this.index) {
      this.element.style.transform = `translateY(${index * ROW_HEIGHT}px)`
      this.element.setAttribute('aria-rowindex', String(index + 3))
      this.element.classList.toggle('odd', index % 2 === 1)
      this.index = index
    }
    if (row !== this.row) {
      const id = levels.products[row]!
      this.#name.textContent = id
      this.#link.href = link('product', id)
      this.#link.title = id
    }
    const isSame = row === this.row
    this.row = row
    this.update(levels, warehouses, isSame)
  }

  /** How many characters its longest figure has. */
  get longest(): number {
    return this.#cells.reduce(
      (most, { figure, isLow }) => Math.max(most, figure.length + (isLow ? MARK_CHARACTERS : 0)),
      0,
    )
  }

  /** Writes the changed figures, and highlights them if the product stayed the same. */
  update(levels: LevelTable, warehouses: readonly WarehouseView[], isLive: boolean): void {
    for (const [index, column] of this.#columns.entries()) {
      const cell = this.#cells[index]!
      const value = figureOf(levels, this.row, column)
      if (value !== cell.value) {
        cell.value = value
        cell.figure.data = value === null ? '–' : number(value)
        cell.element.classList.toggle('none', value === null || value === 0)
        if (isLive) lightUp(cell.element)
      }
      if (cell.mark === null) continue
      const isLow = isLowIn(levels, warehouses, this.row, column.warehouse)
      if (isLow === cell.isLow) continue
      cell.isLow = isLow
      cell.mark.hidden = !isLow
      cell.element.classList.toggle('low', isLow)
    }
  }

  hide(): void {
    this.row = -1
    this.index = -1
    this.element.remove()
  }
}

function newCell({ measure, isFirst }: Column, id: string): Cell {
  const element = document.createElement('div')
  element.id = id
  element.className = `grid-cell grid-figure${isFirst ? ' first' : ''} ${measure}`
  element.setAttribute('role', 'gridcell')
  const figure = document.createTextNode('')
  let mark: HTMLElement | null = null
  if (measure === 'available') {
    mark = document.createElement('span')
    mark.className = 'low-mark'
    mark.textContent = 'low'
    mark.hidden = true
    element.append(mark)
  }
  element.append(figure)
  return { element, figure, mark, value: Number.NaN, isLow: false }
}

const still = matchMedia('(prefers-reduced-motion: reduce)')

function lightUp(element: HTMLElement): void {
  for (const running of element.getAnimations()) running.cancel()
  const easing = still.matches ? 'steps(1, end)' : 'ease-out'
  element.animate(HIGHLIGHT, { duration: HIGHLIGHT_MS, easing })
}
