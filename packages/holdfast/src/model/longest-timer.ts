/** The longest time that a timer can wait: 24.8 days. A longer one fires at once. */
export const LONGEST_TIMER_MS = 2_147_483_647
