import type { Transfer, TransferStatus } from 'holdfast'
import { useEffect, useState } from 'preact/hooks'
import { link } from '../../frame/route.ts'
import { model } from '../../live/model.ts'
import { onReturn } from '../../live/on-return.ts'
import { refresher } from '../../live/refresher.ts'
import { client } from '../../service/client.ts'
import { Name, Product } from '../../text/name.tsx'
import { number } from '../../text/numbers.ts'
import { TableHead } from '../../text/table-head.tsx'
import { When } from '../../text/when.tsx'

const SHOWN = 100

export function DecidedTransfers({ status }: { status: TransferStatus }) {
  const [transfers, setTransfers] = useState<readonly Transfer[] | null>(null)
  useEffect(() => {
    const refresh = refresher(async () => {
      const { items } = await client.listTransfers({ status, limit: SHOWN })
      setTransfers(items)
    })
    refresh()
    const stopReturn = onReturn(refresh)
    const stop = model.onChange(({ entries, isCut }) => {
      if (isCut || entries.some(({ transferId }) => transferId !== null)) refresh()
    })
    return () => {
      stop()
      stopReturn()
    }
  }, [status])
  if (transfers === null) return <p class="empty">Loading transfers…</p>
  if (transfers.length === 0) return <p class="empty">None yet.</p>
  return (
    <table class="entries transfers">
      <TableHead
        columns={[
          { figure: 'Units' },
          'Product',
          'From',
          'To',
          'Requested by',
          'Decided by',
          'When',
          status === 'REJECTED' && 'Why',
          { unseen: 'More about it' },
        ]}
      />
      <tbody>
        {transfers.map((one) => (
          <tr key={one.id}>
            <td class="figure strong">{number(one.qty)}</td>
            <td>
              <Product id={one.productId} />
            </td>
            <td data-label="From">
              <Name text={one.fromWarehouseId} />
            </td>
            <td data-label="To">
              <Name text={one.toWarehouseId} />
            </td>
            <td data-label="Requested by">
              {one.requestedBy !== null && <Name text={one.requestedBy} />}
            </td>
            <td data-label="Decided by">
              {one.decidedBy !== null && <Name text={one.decidedBy} />}
            </td>
            <td class="when">{one.decidedAt !== null && <When ms={one.decidedAt} />}</td>
            {status === 'REJECTED' && (
              <td data-label="Why">{one.reason !== null && <Name text={one.reason} />}</td>
            )}
            <td>
              <a class="aside" href={link('trail', undefined, { transferId: one.id })}>
                history
              </a>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
