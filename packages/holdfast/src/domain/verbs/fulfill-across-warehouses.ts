import type { Books } from '../books.ts'
import type { FulfillAcrossWarehouses } from '../commands.ts'
import { assert, InsufficientStockError, PolicyFailedError } from '../errors.ts'
import { shownId } from '../id.ts'
import { invalid } from '../limits.ts'
import type { Reservation } from '../reservation.ts'
import type { Offer } from '../sourcing.ts'

/** Offers that a refusal names, the first ones: there may be a thousand, in each of a list's answers. */
const NAMED_OFFERS = 10

/**
 * Splits one order over several warehouses, in one step: the legs sum to the quantity, or nothing is
 * held. Refusals: WAREHOUSE_NOT_FOUND, INSUFFICIENT_STOCK.
 */
export function fulfillAcrossWarehouses(
  books: Books,
  command: FulfillAcrossWarehouses,
): { reservations: Reservation[] } {
  const { productId, qty, ttlMs } = command
  const ranked = rank(books, command)
  const offered = ranked.reduce((sum, offer) => sum + offer.available, 0)
  if (offered < qty) {
    throw new InsufficientStockError(
      `need ${qty}, have ${offered} of ${shownId(productId)} in all warehouses asked`,
      {
        productId,
        requested: qty,
        available: offered,
        offers: ranked.slice(0, NAMED_OFFERS),
      },
    )
  }
  // From here on it must succeed.
  const reservations: Reservation[] = []
  let open = qty
  for (const { warehouseId, available } of ranked) {
    const leg = Math.min(open, available)
    if (leg === 0) continue
    reservations.push(
      books.openLevel(warehouseId, productId).hold(leg, ttlMs, command.owner ?? null),
    )
    open -= leg
  }
  assert(open === 0, `${open} of ${qty} units were in no leg`)
  return { reservations }
}

/** Each warehouse once, with what it can give; a strategy may leave warehouses out, not add any. */
function rank(books: Books, command: FulfillAcrossWarehouses): readonly Offer[] {
  const name = command.strategy ?? 'givenOrder'
  const strategy = Object.hasOwn(books.rules.sourcing, name)
    ? books.rules.sourcing[name]
    : undefined
  if (strategy === undefined) {
    throw invalid('strategy', `must be one of ${Object.keys(books.rules.sourcing).join(', ')}`)
  }
  const order = command.warehouseOrder ?? [...books.warehouses.keys()]
  for (const id of order) books.warehouse(id)
  const { productId, qty } = command
  // Frozen: a strategy that writes into an offer would promise what is not there.
  const offers = order.map((warehouseId) =>
    Object.freeze({ warehouseId, available: books.level(warehouseId, productId)?.offer() ?? 0 }),
  )
  const ranked = strategy.rank(offers, { productId, qty })
  if (new Set(ranked).size !== ranked.length || !ranked.every((offer) => offers.includes(offer))) {
    throw new PolicyFailedError(`the strategy ${name} made up an offer`, {
      strategy: name,
    })
  }
  return ranked
}
