import { CarriedFailed, type StoreFailure } from '../../store/failure.ts'
import { alsoFailed, lossWithin } from '../also/also-failed.ts'
import type { Carrying } from '../also/carrying.ts'
import type { Job } from './job.ts'
import type { Waiting } from './queue.ts'

/** What to do with the commands of a failed batch that can be decided again. */
export interface Retry {
  readonly putBack: readonly Waiting<Job>[]
  readonly refused: { readonly item: Waiting<Job>; readonly error: Error } | null
}

/** Refuses the command whose statement made the batch fail, if it is known; the others are decided again. */
export function retryOf(
  items: readonly Waiting<Job>[],
  failure: StoreFailure,
  carrying: Carrying,
  now: number,
): Retry {
  if (failure instanceof CarriedFailed) return withoutFaulty(items, failure, carrying, now)
  if (!failure.isLostInCarried) return { putBack: items, refused: null }
  // The connection was lost in somebody's statements: whose, is seen when they are sent one by one.
  const [item, ...others] = items.filter(({ also }) => also !== null)
  if (item === undefined || others.length > 0) {
    carrying.oneByOne()
    return { putBack: items, refused: null }
  }
  // The first time it is retried apart; the next time it is refused.
  if (!item.apart) {
    item.apart = true
    return { putBack: items, refused: null }
  }
  return without(items, item, alsoFailed(lossWithin(failure, 0)))
}

function withoutFaulty(
  items: readonly Waiting<Job>[],
  failure: CarriedFailed,
  carrying: Carrying,
  now: number,
): Retry {
  carrying.failed()
  const [fault] = items.length === 1 ? [failure.ofOne()] : failure.faults
  if (fault === undefined) return { putBack: items, refused: null }
  const item = items[fault.place]!
  if (fault.tookTooLong) carrying.tookTooLong(item.also!, now)
  return without(items, item, alsoFailed(fault))
}

function without(items: readonly Waiting<Job>[], item: Waiting<Job>, error: Error): Retry {
  return { putBack: items.filter((one) => one !== item), refused: { item, error } }
}
