import { InventoryError, type Refusal } from 'holdfast'

/** A refusal because of `If-Match`: its own code and details, with the status 412. */
export class PreconditionFailed extends Error {
  readonly status = 412
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(refusal.message)
    this.refusal = refusal
  }
}

/** The same error, with the status 412 if the counts have changed since that seq. A count `asOf` may be refused beside it. */
export function preconditionFailed(error: unknown, ifSeq: number): unknown {
  if (!(error instanceof InventoryError && error.code === 'STOCK_CHANGED')) return error
  return error.details.ifSeq === ifSeq ? new PreconditionFailed(error) : error
}
