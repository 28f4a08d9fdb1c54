/** What one warehouse could give. */
export interface Offer {
  readonly warehouseId: string
  readonly available: number
}

/**
 * Ranks the warehouses for a split order; units are then taken greedily in that order. It is called while a command is
 * decided, so it must be pure and synchronous. It may leave offers out, but not add or change any.
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

/** The caller's order, unchanged. */
export const givenOrder: SourcingStrategy = { rank: (offers) => offers }

/** The warehouse with the most stock first, for the fewest legs. Ties keep the given order. */
export const mostStockFirst: SourcingStrategy = {
  rank: (offers) => offers.toSorted((a, b) => b.available - a.available),
}
