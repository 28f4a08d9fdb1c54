import { link } from '../../frame/route.ts'
import { model } from '../../live/model.ts'
import { useLive } from '../../live/use-live.ts'
import { waiting } from '../../live/waiting-transfers.ts'
import { tick } from '../../service/tick.ts'
import { overview } from '../../service/overview.ts'
import { number } from '../../text/numbers.ts'
import { RefusalTable } from '../refusals/refusal-table.tsx'
import { EndingHolds } from './ending-holds.tsx'
import { LowStock } from './low-stock.tsx'
import { CommandRate } from './command-rate.tsx'
import { SOON_MS, endingSoon, lowLevels } from './attention.ts'
import { Tile } from './tile.tsx'
import { WaitingList } from './waiting-list.tsx'

const EVERY_MS = 1000
const SHOWN = 6

/** What needs attention, each with a link to the list. */
export function OverviewPage() {
  useLive(() => true, EVERY_MS)
  const { value } = overview
  const { state } = model.loading.value
  const isReady = state === 'ready'
  const low = isReady ? lowLevels(model) : null
  // What ends soon changes with time alone, too.
  const ending = isReady ? endingSoon(model.holds, tick.value) : null
  const refused = value?.refusals.reduce((sum, { count }) => sum + count, 0) ?? 0
  return (
    <>
      <h1>Overview</h1>
      <ul class="tiles">
        <Tile
          label="Holds about to end"
          figure={ending?.length ?? null}
          more={`${isReady ? `of ${number(model.holds.size)}, ` : ''}within ${SOON_MS / 60_000} minutes`}
          href={link('reservations', undefined, { status: 'PENDING' })}
        />
        <Tile
          label="Low stock"
          figure={low?.length ?? null}
          more="levels at their threshold or below"
          href={link('stock', undefined, { low: '1' })}
        />
        <Tile
          label="Transfers waiting"
          figure={waiting.value?.length ?? null}
          more="for somebody to approve"
          href={link('transfers')}
        />
        <Tile
          label="Refusals"
          figure={value === null ? null : refused}
          more="since the service started"
          href={link('refusals')}
        />
        <CommandRate perSecond={value?.perSecond ?? null} />
      </ul>
      <div class="panels">
        <LowStock levels={low} shown={SHOWN} />
        <EndingHolds holds={ending} shown={SHOWN} />
        <WaitingList transfers={waiting.value?.slice(0, SHOWN) ?? null} />
        <section class="panel">
          <h2>
            <a href={link('refusals')}>Recent refusals</a>
          </h2>
          {value === null ? (
            <p class="empty">Loading…</p>
          ) : value.lastRefusals.length === 0 ? (
            <p class="empty">Nothing was refused since the service started.</p>
          ) : (
            <RefusalTable refusals={value.lastRefusals.slice(0, SHOWN)} />
          )}
        </section>
      </div>
    </>
  )
}
