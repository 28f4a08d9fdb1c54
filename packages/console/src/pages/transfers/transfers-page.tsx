import type { Transfer } from 'holdfast'
import { openForm } from '../../frame/dialogs.tsx'
import { refine, route } from '../../frame/route.ts'
import { Actions } from '../../forms/actions.tsx'
import { approveForm, rejectForm } from '../../forms/transfer-forms.tsx'
import { model } from '../../live/model.ts'
import { useLive } from '../../live/use-live.ts'
import { waiting } from '../../live/waiting-transfers.ts'
import { may } from '../../service/may.ts'
import { Name, Product } from '../../text/name.tsx'
import { number } from '../../text/numbers.ts'
import { When } from '../../text/when.tsx'
import { DecidedTransfers, type Decided } from './decided-transfers.tsx'

/** Transfers waiting for approval, and those already decided. */
export function TransfersPage() {
  useLive(() => true)
  const status: Decided = route.value.query.get('status') === 'REJECTED' ? 'REJECTED' : 'APPROVED'
  return (
    <>
      <div class="title-line">
        <h1>Transfers</h1>
        <Actions verbs={['transfer']} />
      </div>
      <section>
        <h2>Waiting for approval</h2>
        {waiting.value === null ? (
          <p class="empty">Loading transfers…</p>
        ) : waiting.value.length === 0 ? (
          <p class="empty">Nothing waits. Transfers that need approval will be listed here.</p>
        ) : (
          <ul class="cards">
            {waiting.value.map((transfer) => (
              <Waiting key={transfer.id} transfer={transfer} />
            ))}
          </ul>
        )}
      </section>
      <section>
        <div class="title-line">
          <h2>Past transfers</h2>
          <label class="beside">
            <span>Show</span>
            <select
              value={status}
              onChange={(event) => refine({ status: event.currentTarget.value })}
            >
              <option value="APPROVED">Done</option>
              <option value="REJECTED">Rejected</option>
            </select>
          </label>
        </div>
        <DecidedTransfers key={status} status={status} />
      </section>
    </>
  )
}

function Waiting({ transfer }: { transfer: Transfer }) {
  const { qty, productId, fromWarehouseId, toWarehouseId, requestedBy, createdAt } = transfer
  return (
    <li class="card">
      <div>
        <p class="what">
          <strong class="number">{number(qty)}</strong> <Product id={productId} /> from{' '}
          <Name text={fromWarehouseId} /> to <Name text={toWarehouseId} />
        </p>
        <p class="hint">
          Requested{' '}
          {requestedBy !== null && (
            <>
              by <Name text={requestedBy} />{' '}
            </>
          )}
          at <When ms={createdAt} />
        </p>
        <Source transfer={transfer} />
      </div>
      <p class="actions">
        {may('rejectTransfer') && (
          <button type="button" onClick={() => openForm(rejectForm(transfer))}>
            Reject
          </button>
        )}
        {may('approveTransfer') && (
          <button type="button" class="primary" onClick={() => openForm(approveForm(transfer))}>
            Approve
          </button>
        )}
      </p>
    </li>
  )
}

/** Whether the source still has the units. */
function Source({ transfer }: { transfer: Transfer }) {
  const { qty, productId, fromWarehouseId } = transfer
  const { levels } = model
  const row = levels.row(productId)
  const column = levels.warehouses.indexOf(fromWarehouseId)
  const available =
    row === undefined || column < 0 ? 0 : levels.availableAt(row * levels.width + column)
  const isEnough = available >= qty
  return (
    <p class={isEnough ? 'good' : 'bad'}>
      {isEnough ? 'The source has it' : 'The source does not have enough'}: {number(available)}{' '}
      available in <Name text={fromWarehouseId} />
      {isEnough && `, ${number(available - qty)} would be left`}
    </p>
  )
}
