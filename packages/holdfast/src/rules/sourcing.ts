/** What one warehouse could give. */
export interface Offer {
  readonly warehouseId: string
  readonly available: number
}

/**
 * Ranks the warehouses that an order is taken from; units are then taken greedily in that order. It
 * is asked while a command is decided: pure and synchronous. It may leave offers out, not add or change any.
 * @example
 * const wholeOrderFirst: SourcingStrategy = {
 *   rank: (offers, { qty }) => {
 *     const enough = offers.filter(({ available }) => available >= qty)
 *     return enough.length > 0 ? enough : offers
 *   },
 * }
 */
export interface SourcingStrategy {
  rank(offers: readonly Offer[], request: { productId: string; qty: number }): readonly Offer[]
}

/** The caller's order, as it stands. */
export const givenOrder: SourcingStrategy = { rank: (offers) => offers }

/** The fullest warehouse first, which splits an order least; ties stay in the given order. */
export const mostStockFirst: SourcingStrategy = {
  rank: (offers) => offers.toSorted((a, b) => b.available - a.available),
}
