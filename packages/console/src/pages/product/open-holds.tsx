import { link } from '../../frame/route.ts'
import { ReservationActions } from '../../forms/reservation-actions.tsx'
import { heldAs } from '../../forms/reserved.ts'
import { model } from '../../live/model.ts'
import type { Hold } from '../../live/hold-table.ts'
import { number } from '../../text/numbers.ts'
import { TableHead } from '../../text/table-head.tsx'
import { Countdown } from '../../text/until.tsx'

const SHOWN = 50

/** Who holds it now, and for how long; the next to end first. */
export function OpenHolds({ productId }: { productId: string; version: number }) {
  const holds = holdsOf(productId)
  return (
    <section>
      <h2>Open holds</h2>
      {holds.length === 0 ? (
        <p class="empty">Nobody holds any of it.</p>
      ) : (
        <div class="sheet scrolls" tabIndex={0} role="region" aria-label="Open holds">
          <table class="entries">
            <TableHead
              columns={[
                'For',
                'Warehouse',
                { figure: 'Units' },
                { figure: 'Ends in' },
                { unseen: 'What can be done' },
              ]}
            />
            <tbody>
              {holds.slice(0, SHOWN).map((hold) => (
                <HoldRow key={hold.id} hold={hold} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {holds.length > SHOWN && (
        <p>
          <a href={link('reservations', undefined, { productId, status: 'PENDING' })}>
            All {number(holds.length)}
          </a>
        </p>
      )}
    </section>
  )
}

function HoldRow({ hold }: { hold: Hold }) {
  const { qty, owner, expiresAt } = hold
  const reserved = heldAs(hold, model.levels)
  return (
    <tr>
      <td>
        {owner === null ? (
          <span class="hint">nobody named</span>
        ) : (
          <a class="name" href={link('reservations', undefined, { owner })}>
            <bdi>{owner}</bdi>
          </a>
        )}
      </td>
      <td>
        <bdi>{reserved.warehouseId}</bdi>
      </td>
      <td class="figure" data-label="Units">
        {number(qty)}
      </td>
      <td class="figure" data-label="Ends in">
        <Countdown to={expiresAt} />
      </td>
      <td class="do">
        <ReservationActions reserved={reserved} state="PENDING" />
      </td>
    </tr>
  )
}

function holdsOf(productId: string): Hold[] {
  const { levels, holds } = model
  const row = levels.row(productId)
  if (row === undefined) return []
  const found: Hold[] = []
  for (const hold of holds.all())
    if (!hold.isDue && Math.floor(hold.place / levels.width) === row) found.push(hold)
  return found.sort((a, b) => a.expiresAt - b.expiresAt)
}
