import type { ComponentType } from 'preact'
import { CountPage } from './count/count-page.tsx'
import { NoPage } from './no-page.tsx'
import { OverviewPage } from './overview/overview-page.tsx'
import { ProductPage } from './product/product-page.tsx'
import { RefusalsPage } from './refusals/refusals-page.tsx'
import { ReservationsPage } from './reservations/reservations-page.tsx'
import { StockPage } from './stock/stock-page.tsx'
import { TransfersPage } from './transfers/transfers-page.tsx'
import { TrailPage } from './trail/trail-page.tsx'
import { WarehousesPage } from './warehouses/warehouses-page.tsx'

interface Listed {
  readonly page: string
  readonly title: string
  readonly inMenu: boolean
  readonly Page: ComponentType
}

export const PAGES: readonly Listed[] = [
  { page: 'overview', title: 'Overview', inMenu: true, Page: OverviewPage },
  { page: 'stock', title: 'Stock', inMenu: true, Page: StockPage },
  { page: 'reservations', title: 'Reservations', inMenu: true, Page: ReservationsPage },
  { page: 'transfers', title: 'Transfers', inMenu: true, Page: TransfersPage },
  { page: 'trail', title: 'Trail', inMenu: true, Page: TrailPage },
  { page: 'warehouses', title: 'Warehouses', inMenu: true, Page: WarehousesPage },
  { page: 'count', title: 'Count list', inMenu: false, Page: CountPage },
  { page: 'refusals', title: 'Refusals', inMenu: false, Page: RefusalsPage },
  { page: 'product', title: 'Product', inMenu: false, Page: ProductPage },
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
