/** Stands as actor on everything that a replay does: so its entries are told from all others. */
export const ACTOR = 'replay'
