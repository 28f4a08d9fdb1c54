import { shownId, type AnswerTo, type Command, type Reservation, type Transfer } from 'holdfast'
import { clean } from './clean.ts'
import { json } from './json.ts'
import { print } from './streams.ts'
import { table } from './table.ts'
import { RESERVATIONS, STOCK } from './tables.ts'
import { isoTime } from './time.ts'

type Answer = AnswerTo<Command>

/** What a command answered: the record as it stands now. */
export async function printAnswer(answer: Answer, asJson: boolean): Promise<void> {
  await print(asJson ? json(answer) : `${described(answer)}\nseq ${answer.seq}`)
}

function described(answer: Answer): string {
  if ('onHand' in answer) return table(STOCK, [answer])
  if ('expiresAt' in answer) return reservationSheet(answer)
  if ('toWarehouseId' in answer) return transferSheet(answer)
  if ('reservations' in answer) return table(RESERVATIONS, answer.reservations)
  return `${answer.answers.length} commands done together`
}

function reservationSheet(reservation: Reservation): string {
  const { id, status, qty, productId, warehouseId, owner, createdAt, expiresAt } = reservation
  return sheet([
    ['reservation', id],
    ['status', status],
    ['holds', `${qty} of ${shownId(productId)} in ${shownId(warehouseId)}`],
    ['owner', owner],
    ['made', isoTime(createdAt)],
    ['expires', isoTime(expiresAt)],
  ])
}

function transferSheet(transfer: Transfer): string {
  const { id, status, qty, productId, fromWarehouseId, toWarehouseId, reason } = transfer
  return sheet([
    ['transfer', id],
    ['status', status],
    [
      'moves',
      `${qty} of ${shownId(productId)} from ${shownId(fromWarehouseId)} to ${shownId(toWarehouseId)}`,
    ],
    ['asked by', transfer.requestedBy],
    ['asked', isoTime(transfer.createdAt)],
    ['decided by', transfer.decidedBy],
    ['decided', transfer.decidedAt === null ? null : isoTime(transfer.decidedAt)],
    ['reason', reason],
  ])
}

/** One record, a line for each field that it has. */
function sheet(fields: readonly (readonly [name: string, value: string | null])[]): string {
  const known = fields.filter(([, value]) => value !== null)
  const width = Math.max(...known.map(([name]) => name.length))
  return known.map(([name, value]) => `${name.padEnd(width)}  ${clean(value ?? '')}`).join('\n')
}
