import type { ListPage, Transfer } from 'holdfast'
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

const PAGE = 100

/** Of a transfer that was decided. */
export type Decided = 'APPROVED' | 'REJECTED'

export function DecidedTransfers({ status }: { status: Decided }) {
  const [pages, setPages] = useState(1)
  const [shown, setShown] = useState<Pick<ListPage<Transfer>, 'items' | 'cursor'> | null>(null)
  useEffect(() => {
    let isGone = false
    const refresh = refresher(async () => {
      const found = await newest(status, pages)
      // Fewer pages, or of the other status, if it was asked for before the last click.
      if (!isGone) setShown(found)
    })
    refresh()
    const stopReturn = onReturn(refresh)
    const stop = model.onChange(({ entries, isCut }) => {
      if (isCut || entries.some(({ transferId }) => transferId !== null)) refresh()
    })
    return () => {
      isGone = true
      stop()
      stopReturn()
    }
  }, [status, pages])
  if (shown === null) return <p class="empty">Loading transfers…</p>
  const { items: transfers, cursor } = shown
  if (transfers.length === 0) return <p class="empty">None yet.</p>
  return (
    <>
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
      {cursor !== null && (
        <p>
          <button type="button" onClick={() => setPages(pages + 1)}>
            Older transfers
          </button>
        </p>
      )}
    </>
  )
}

async function newest(status: Decided, pages: number) {
  const items: Transfer[] = []
  let cursor: string | null | undefined
  for (let page = 0; page < pages && cursor !== null; page++) {
    const answer: ListPage<Transfer> = await client.listTransfers({ status, limit: PAGE, cursor })
    items.push(...answer.items)
    cursor = answer.cursor
  }
  return { items, cursor: cursor ?? null }
}
