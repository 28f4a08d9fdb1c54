import {
  openOf,
  shownId,
  type AnswerTo,
  type Command,
  type Reservation,
  type Transfer,
} from 'holdfast'
import type { SingleAnswer } from 'holdfast/model'
import { clean } from './clean.ts'
import { counted } from './counted.ts'
import { json } from './json.ts'
import { print } from './streams.ts'
import { table } from './table.ts'
import { RESERVATIONS, STOCK, WAREHOUSES } from './tables.ts'
import { isoTime } from './time.ts'

type Answer = AnswerTo<Command>

/** Prints the answer of a command: the record as it is now. */
export async function printAnswer(answer: Answer, asJson: boolean): Promise<void> {
  await print(asJson ? json(answer) : `${described(answer)}\nseq ${answer.seq}`)
}

function described(answer: Answer): string {
  if ('reorderThreshold' in answer) return table(WAREHOUSES, [answer])
  if ('onHand' in answer) return table(STOCK, [answer])
  if ('expiresAt' in answer) return saleSheet(answer)
  if ('toWarehouseId' in answer) return moveSheet(answer)
  if ('reservations' in answer) return table(RESERVATIONS, answer.reservations)
  return `${counted(answer.answers.length, 'command')} done together`
}

function saleSheet(sale: SingleAnswer<'confirm'>): string {
  const sold = reservationSheet(sale)
  return sale.rest === undefined ? sold : `${sold}\n\nthe rest\n${reservationSheet(sale.rest)}`
}

function moveSheet({ reservations, ...transfer }: SingleAnswer<'transfer'>): string {
  const moved = transferSheet(transfer)
  return reservations === undefined ? moved : `${moved}\n\n${table(RESERVATIONS, reservations)}`
}

function reservationSheet(reservation: Reservation): string {
  const { id, status, qty, productId, warehouseId, owner, createdAt, expiresAt } = reservation
  const open = openOf(reservation)
  const units = (count: number): string | null => (count === 0 ? null : String(count))
  return sheet([
    ['reservation', id],
    ['status', status],
    ['holds', `${qty} of ${shownId(productId)} in ${shownId(warehouseId)}`],
    ['open', open === qty ? null : String(open)],
    ['released', units(reservation.released)],
    ['shipped', units(reservation.shipped)],
    ['cancelled', units(reservation.cancelled)],
    ['came back', units(reservation.cameBack)],
    ['owner', owner],
    ['group', reservation.group],
    ['replaces', reservation.replaces],
    ['replaced by', reservation.replacedBy],
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
    ['group', transfer.group],
  ])
}

/** One record, with a line for each of its fields. */
function sheet(fields: readonly (readonly [name: string, value: string | null])[]): string {
  const known = fields.filter(([, value]) => value !== null)
  const width = Math.max(...known.map(([name]) => name.length))
  return known.map(([name, value]) => `${name.padEnd(width)}  ${clean(value ?? '')}`).join('\n')
}
