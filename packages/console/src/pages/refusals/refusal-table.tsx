import { link } from '../../frame/route.ts'
import type { RefusedCommand } from 'holdfast/model'
import { Name, Product } from '../../text/name.tsx'
import { number } from '../../text/numbers.ts'
import { TableHead } from '../../text/table-head.tsx'
import { When } from '../../text/when.tsx'
import { codeInWords, verbInWords } from '../../text/words.ts'

/** Refused commands, newest first. */
export function RefusalTable({ refusals }: { refusals: readonly RefusedCommand[] }) {
  return (
    <table class="entries refusals">
      <TableHead columns={['When', 'What was asked for', 'Why not', 'Who']} />
      <tbody>
        {refusals.map((one, index) => (
          <tr key={`${one.at}-${index}`}>
            <td class="when">
              <When ms={one.at} />
            </td>
            <td>
              <Asked refused={one} />
            </td>
            <td>{codeInWords(one.code)}</td>
            <td>{one.actor !== null && <Name text={one.actor} />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Asked({ refused }: { refused: RefusedCommand }) {
  const { verb, qty, productId, warehouseId, reservationId, transferId, owner } = refused
  return (
    <>
      {verbInWords(verb)}
      {qty !== null && ` ${number(qty)}`}
      {productId !== null && (
        <>
          {' '}
          <Product id={productId} />
        </>
      )}
      {warehouseId !== null && (
        <>
          {verb === 'closeWarehouse' ? ' ' : ' in '}
          <Name text={warehouseId} />
        </>
      )}
      {reservationId !== null && (
        <>
          {qty === null ? ' ' : ' of '}
          <a href={link('reservations', undefined, { reservationId })}>the reservation</a>
        </>
      )}
      {owner !== null && (
        <>
          {' for '}
          <Name text={owner} />
        </>
      )}
      {transferId !== null && (
        <>
          {' '}
          <a href={link('trail', undefined, { transferId })}>the transfer</a>
        </>
      )}
    </>
  )
}
