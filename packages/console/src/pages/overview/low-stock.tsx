import { link } from '../../frame/route.ts'
import { openForm } from '../../frame/dialogs.tsx'
import { STOCK_FORMS } from '../../forms/stock-forms.tsx'
import { ReorderAdvice } from '../../live/reorder-advice.tsx'
import { may } from '../../service/may.ts'
import { Name, Product } from '../../text/name.tsx'
import { number } from '../../text/numbers.ts'
import { TableHead } from '../../text/table-head.tsx'
import type { LowLevel } from './attention.ts'

interface LowStockProps {
  /** Null while unknown. */
  readonly levels: readonly LowLevel[] | null
  readonly shown: number
}

/** Low levels, and how much to order. */
export function LowStock({ levels, shown }: LowStockProps) {
  return (
    <section class="panel">
      <h2>
        <a href={link('stock', undefined, { low: '1' })}>Low stock</a>
      </h2>
      {levels === null ? (
        <p class="empty">Loading stock…</p>
      ) : levels.length === 0 ? (
        <p class="empty">Nothing is low.</p>
      ) : (
        <table class="entries">
          <TableHead
            columns={[
              'Product',
              'Warehouse',
              { figure: 'Available' },
              { figure: 'Low at' },
              'Reorder',
              { unseen: 'What can be done' },
            ]}
          />
          <tbody>
            {levels
              .slice(0, shown)
              .map(({ place, productId, warehouseId, available, position, threshold }) => (
                <tr key={place}>
                  <td>
                    <Product id={productId} />
                  </td>
                  <td>
                    <Name text={warehouseId} />
                  </td>
                  <td class="figure strong" data-label="Available">
                    {number(available)}
                  </td>
                  <td class="figure" data-label="Low at">
                    {number(threshold)}
                  </td>
                  <td>
                    <ReorderAdvice {...{ productId, warehouseId, position }} />
                  </td>
                  <td class="do">
                    {may('addStock') && (
                      <button
                        type="button"
                        class="small"
                        onClick={() =>
                          openForm(STOCK_FORMS.addStock.form({ productId, warehouseId }))
                        }
                      >
                        Receive
                      </button>
                    )}
                  </td>
                </tr>
              ))}
          </tbody>
        </table>
      )}
    </section>
  )
}
