import type { Option } from 'commander'
import { duration } from '../flags/duration.ts'
import { textPairs } from '../flags/pairs.ts'
import { wholeNumber } from '../flags/whole-number.ts'
import { optional, required } from '../verb.ts'

// The fields of the verbs as flags. Each call makes a new one, because commander keeps state in them.

export const warehouseId = (): Option => required('-w, --warehouse-id <id>', 'the warehouse')
export const productId = (): Option => required('-p, --product-id <id>', 'the product')
export const qty = (): Option => required('-q, --qty <units>', 'units').argParser(wholeNumber)
export const reservationId = (): Option => required('--reservation-id <id>', 'the reservation')
export const transferId = (): Option => required('--transfer-id <id>', 'the transfer')
export const ttlMs = (): Option =>
  required('--ttl-ms <ms>', 'how long it holds: milliseconds, or like 30s, 15m, 2h, 7d').argParser(
    duration,
  )
export const owner = (): Option => optional('--owner <text>', 'whom it is for: a cart, an order')

/** What every command may carry. */
export const common = (): Option[] => [
  optional('--idempotency-key <key>', 'same key and same command: the same answer, and one effect'),
  optional('--actor <text>', 'who does it; stands in the trail'),
  optional('--metadata <key=value>', 'text beside it in the trail; repeatable').argParser(
    textPairs,
  ),
]

export const anyWarehouse = (): Option =>
  optional('-w, --warehouse-id <id>', 'only of this warehouse')
export const anyProduct = (): Option => optional('-p, --product-id <id>', 'only of this product')

/** How a list is paged. */
export const paging = (): Option[] => [
  optional('--limit <rows>', 'rows of a page: 1 to 1,000 (default 100)').argParser(wholeNumber),
  optional('--cursor <cursor>', 'go on behind the page that printed it'),
  optional('--all', 'every page'),
]
