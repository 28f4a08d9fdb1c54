import type { ComponentType } from 'preact'
import { NoPage } from './no-page.tsx'
import { StockPage } from './stock/stock-page.tsx'
import { TrailPage } from './trail/trail-page.tsx'

interface Listed {
  readonly page: string
  readonly title: string
  readonly inMenu: boolean
  readonly Page: ComponentType
}

export const PAGES: readonly Listed[] = [
  { page: 'stock', title: 'Stock', inMenu: true, Page: StockPage },
  { page: 'trail', title: 'Trail', inMenu: true, Page: TrailPage },
]

export function pageOf(name: string): Listed {
  return (
    PAGES.find(({ page }) => page === name) ?? {
      page: name,
      title: 'Not found',
      inMenu: false,
      Page: NoPage,
    }
  )
}
