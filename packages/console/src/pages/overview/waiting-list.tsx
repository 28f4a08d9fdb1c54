import type { Transfer } from 'holdfast'
import { link } from '../../frame/route.ts'
import { Name, Product } from '../../text/name.tsx'
import { number } from '../../text/numbers.ts'
import { When } from '../../text/when.tsx'

/** The transfers that have waited longest. */
export function WaitingList({ transfers }: { transfers: readonly Transfer[] | null }) {
  return (
    <section class="panel">
      <h2>
        <a href={link('transfers')}>Transfers waiting</a>
      </h2>
      {transfers === null ? (
        <p class="empty">Loading transfers…</p>
      ) : transfers.length === 0 ? (
        <p class="empty">Nothing waits for approval.</p>
      ) : (
        <ul class="lines">
          {transfers.map(({ id, qty, productId, fromWarehouseId, toWarehouseId, ...asked }) => (
            <li key={id}>
              {number(qty)} <Product id={productId} /> from <Name text={fromWarehouseId} /> to{' '}
              <Name text={toWarehouseId} />
              <span class="hint">
                {' '}
                {asked.requestedBy !== null && (
                  <>
                    by <Name text={asked.requestedBy} />,{' '}
                  </>
                )}
                <When ms={asked.createdAt} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
