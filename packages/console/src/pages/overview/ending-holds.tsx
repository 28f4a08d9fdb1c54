import { link } from '../../frame/route.ts'
import { ReservationActions } from '../../forms/reservation-actions.tsx'
import { heldAs } from '../../forms/reserved.ts'
import type { Hold } from '../../live/hold-table.ts'
import { model } from '../../live/model.ts'
import { Name, Product } from '../../text/name.tsx'
import { number } from '../../text/numbers.ts'
import { TableHead } from '../../text/table-head.tsx'
import { Countdown } from '../../text/until.tsx'

interface EndingHoldsProps {
  /** Null while unknown. */
  readonly holds: readonly Hold[] | null
  readonly shown: number
}

/** Holds that end soon, in order. */
export function EndingHolds({ holds, shown }: EndingHoldsProps) {
  const { levels } = model
  return (
    <section class="panel">
      <h2>
        <a href={link('reservations', undefined, { status: 'PENDING' })}>Holds about to end</a>
      </h2>
      {holds === null ? (
        <p class="empty">Loading holds…</p>
      ) : holds.length === 0 ? (
        <p class="empty">No hold ends within a quarter of an hour.</p>
      ) : (
        <table class="entries">
          <TableHead
            columns={[
              'Product',
              'For',
              { figure: 'Units' },
              { figure: 'Ends in' },
              { unseen: 'What can be done' },
            ]}
          />
          <tbody>
            {holds.slice(0, shown).map((hold) => {
              const { id, qty, owner, expiresAt } = hold
              const reserved = heldAs(hold, levels)
              return (
                <tr key={id}>
                  <td>
                    <Product id={reserved.productId} />
                  </td>
                  <td>{owner !== null && <Name text={owner} />}</td>
                  <td class="figure" data-label="Units">
                    {number(qty)}
                  </td>
                  <td class="figure" data-label="Ends in">
                    <Countdown to={expiresAt} />
                  </td>
                  <td class="do">
                    <ReservationActions reserved={reserved} state="PENDING" isShort />
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      )}
    </section>
  )
}
