import type * as c from '../../model/commands/commands.ts'
import { expireUntil, level, mustBeNumbered, mustStand } from './offers.ts'
import { inAll, Refused, type Shelf } from './shelf.ts'

type CountStock = c.CommandOf<'countStock'>

export function countStock(shelf: Shelf, command: CountStock): object {
  const { warehouseId, productId, onHand, reason } = command
  const expected = expectedBy(shelf, command)
  mustStand(shelf, command, command.ifSeq)
  if (command.unsellable !== undefined && command.unsellable > onHand)
    throw new Refused('INVALID_QTY', { field: 'unsellable' })
  const books = shelf.written(command)
  const after = onHand + inAll(books) - (expected ?? inAll(books))
  const aside = command.unsellable ?? books.unsellable
  const { available, held, allocated } = shelf.counts(command)
  const reserved = held + allocated
  if (after < reserved + aside)
    throw new Refused('INSUFFICIENT_STOCK', {
      warehouseId,
      productId,
      requested: onHand,
      ...(after !== onHand ? { expected, onHand: inAll(books) } : {}),
      available,
      reserved,
      ...(aside > 0 ? { unsellable: aside } : {}),
      ...(shelf.of(command).length > 0 ? { reservations: shelf.claims(command) } : {}),
    })
  mustBeNumbered(shelf, warehouseId, after - inAll(books))
  const written = () => shelf.written(command)
  expireUntil(shelf, command, () => written().held + written().allocated + aside <= after)
  const metadata: Record<string, string> = reason === undefined ? {} : { reason }
  const moreAside = aside - books.unsellable
  const more = after - inAll(books) - moreAside
  // What leaves comes first.
  if (moreAside < 0) shelf.write('COUNTED_ASIDE', command, moreAside, metadata)
  if (more !== 0 || command.onlyIfChanged !== true) shelf.write('COUNTED', command, more, metadata)
  if (moreAside > 0) shelf.write('COUNTED_ASIDE', command, moreAside, metadata)
  return level(shelf, command)
}

/** The counts that the counter expected: by the sheet, or as they were then. */
function expectedBy(shelf: Shelf, { asOf, expected, ...place }: CountStock): number | undefined {
  if (asOf === undefined) return expected
  const isAhead = 'seq' in asOf ? asOf.seq > shelf.seq : asOf.time > shelf.now + 5000
  if (isAhead || expected !== undefined) throw new Refused('INVALID_INPUT', { field: 'asOf' })
  const then = shelf.entries.filter((entry) =>
    'seq' in asOf ? entry.seq <= asOf.seq : entry.timestamp <= asOf.time,
  )
  return inAll(shelf.written(place, then))
}
