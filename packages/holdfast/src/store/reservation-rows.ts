/** Numbers of one reservation as it is stored, in this order: see `ReservationRows`. */
export const RESERVATION_ROW = [
  'seq',
  'levelKey',
  'qty',
  'status', // its place in RESERVATION_STATUSES
  'createdAt',
  'expiresAt',
  'random',
  'lastSeq',
  'behind',
  'released',
  'shipped',
  'cancelled',
  'cameBack',
] as const

/** Where each of them stands. */
export const RESERVATION_AT = Object.fromEntries(
  RESERVATION_ROW.map((name, at) => [name, at]),
) as Readonly<Record<(typeof RESERVATION_ROW)[number], number>>

/** So many at once. */
export const RESERVATION_ROWS = 5_000

/** Reservations in order of `seq`, packed: there may be millions. */
export interface ReservationRows {
  /** As many numbers for each as RESERVATION_ROW has names. */
  readonly numbers: Float64Array
  readonly owners: readonly (string | null)[]
  /** Beside them, each null as a whole if no reservation here has one. */
  readonly replaces: readonly (string | null)[] | null
  readonly replacedBy: readonly (string | null)[] | null
  readonly groups: readonly (string | null)[] | null
}
