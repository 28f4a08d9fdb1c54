import { InventoryError, type Refusal } from 'holdfast'

/** A refusal because of `If-Match`: its own code and details, under the status that HTTP has for it. */
export class PreconditionFailed extends Error {
  readonly status = 412
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(refusal.message)
    this.refusal = refusal
  }
}

/** The same error; where the counts have changed since, with the status 412. */
export function preconditionFailed(error: unknown): unknown {
  const isMet = !(error instanceof InventoryError && error.code === 'STOCK_CHANGED')
  return isMet ? error : new PreconditionFailed(error)
}
