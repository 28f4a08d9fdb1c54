import type { ComponentChildren } from 'preact'
import { number } from '../../text/numbers.ts'

interface TileProps {
  readonly label: string
  /** Null while unknown. */
  readonly figure: number | null
  readonly more: string
  readonly href: string
  readonly children?: ComponentChildren
}

/** One figure, with a link to what it counts. */
export function Tile({ label, figure, more, href, children }: TileProps) {
  return (
    <li>
      <a class="tile" href={href}>
        <span class="tile-label">{label}</span>
        <span class="tile-figure number">{figure === null ? '…' : number(figure)}</span>
        <span class="tile-more">{more}</span>
        {children}
      </a>
    </li>
  )
}
