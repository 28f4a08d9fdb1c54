import type * as c from '../../model/commands/commands.ts'
import { expireUntil, level, mustBeNumbered, mustStand } from './offers.ts'
import { inAll, Refused, type Counts, type Shelf } from './shelf.ts'

type CountStock = c.CommandOf<'countStock'>

export function countStock(shelf: Shelf, command: CountStock): object {
  const { warehouseId, productId, onHand, reason } = command
  const then = booksThen(shelf, command)
  const expected = then === undefined ? command.expected : inAll(then.books)
  mustStand(shelf, command, command.ifSeq)
  if (then !== undefined) mustBeLast(shelf, command, then.seq)
  if (command.unsellable !== undefined && command.unsellable > onHand)
    throw new Refused('INVALID_QTY', { field: 'unsellable' })
  const books = shelf.written(command)
  const after = onHand + inAll(books) - (expected ?? inAll(books))
  const { available, held, allocated } = shelf.counts(command)
  const expectedAside = then?.books.unsellable ?? books.unsellable
  const aside =
    command.unsellable === undefined
      ? books.unsellable
      : command.unsellable + books.unsellable - expectedAside
  if (aside < 0)
    throw new Refused('INSUFFICIENT_STOCK', {
      warehouseId,
      productId,
      requested: command.unsellable,
      expected: expectedAside,
      available,
      unsellable: books.unsellable,
    })
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

/** The books of the moment that was counted, and its last entry. */
function booksThen(
  shelf: Shelf,
  { asOf, expected, ...place }: CountStock,
): { readonly books: Counts; readonly seq: number } | undefined {
  if (asOf === undefined) return undefined
  const isAhead = 'seq' in asOf ? asOf.seq > shelf.seq : asOf.time > shelf.now + 5000
  if (isAhead || expected !== undefined) throw new Refused('INVALID_INPUT', { field: 'asOf' })
  const until = shelf.entries.filter((entry) =>
    'seq' in asOf ? entry.seq <= asOf.seq : entry.timestamp <= asOf.time,
  )
  return { books: shelf.written(place, until), seq: until.at(-1)?.seq ?? 0 }
}

/** Refuses a count of a moment if there was one after it. */
function mustBeLast(shelf: Shelf, place: CountStock, ifSeq: number): void {
  const { warehouseId, productId } = place
  const entries = shelf.of(place)
  if (!entries.some(({ seq, type }) => seq > ifSeq && type.startsWith('COUNTED'))) return
  const seq = entries.at(-1)!.seq
  const counts = shelf.written(place)
  const onHand = inAll(counts)
  throw new Refused('STOCK_CHANGED', { warehouseId, productId, ifSeq, seq, ...counts, onHand })
}
