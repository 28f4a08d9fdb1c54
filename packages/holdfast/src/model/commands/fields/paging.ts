import { LIMITS } from '../../limits.ts'
import { made, optional } from './field.ts'

/** How a list is paged. */
export const PAGING = {
  /** Opens the next page: the cursor of the page before. */
  cursor: optional(
    made<string>({
      check: () => undefined, // checked where the page is opened
      schema: { type: 'string', maxLength: 4096 },
      words: 'opens the next page: the cursor of the page before, unchanged',
      flag: { value: '<cursor>' },
    }),
  ),
  /** Items per page, 1 to 1,000. Default: 100. */
  limit: optional(
    made<number>({
      check: () => undefined, // checked where the page is opened
      schema: { type: 'integer', minimum: 1, maximum: LIMITS.pageItems },
      words: `items per page: 1 to 1,000; default: ${LIMITS.defaultPageItems}`,
      flag: { value: '<items>', reads: 'whole' },
    }),
  ),
}
