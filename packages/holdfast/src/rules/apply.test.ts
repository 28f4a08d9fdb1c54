import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import {
  applyToReservation,
  applyToTransfer,
  type ReservationState,
  type Told,
  type TransferState,
} from './apply.ts'

/** The last millisecond at which the hold counts. */
const LAST = 100
const QTY = 5

const told = (type: Told['type'], more: Partial<Told> = {}): Told => ({
  ...{ type, qty: QTY, at: LAST, expiresAt: 200, ...more },
})
const RESERVED = told('RESERVED', { at: 0, expiresAt: LAST })
const EXTENDED = told('EXTENDED')
const SOLD = told('SOLD')
const RELEASED = told('RETURNED', { because: 'released' })
const EXPIRED = told('RETURNED', { because: 'expired', at: LAST + 1, expiredAt: LAST })
const REST = told('RETURNED', { because: 'unconfirmed' })
const SHIPPED = told('SHIPPED')
const CANCELLED = told('CANCELLED')
const REPLACED = told('RETURNED', { because: 'replaced' })
const OWNER_CHANGED = told('OWNER_CHANGED')
const CAME_BACK = told('CAME_BACK')
const ALL = {
  ...{ RESERVED, EXTENDED, SOLD, RELEASED, EXPIRED, REST, SHIPPED, CANCELLED },
  ...{ REPLACED, OWNER_CHANGED, CAME_BACK },
}

function reservationAfter(...entries: readonly Told[]): ReservationState {
  let state: ReservationState | null = null
  for (const entry of entries) {
    const next = applyToReservation(state, entry)
    if (typeof next === 'string') throw new Error(next)
    state = next
  }
  return state!
}

function takes(state: ReservationState | null): string[] {
  const entries = Object.entries(ALL)
  return entries
    .filter(([, entry]) => typeof applyToReservation(state, entry) !== 'string')
    .map(([name]) => name)
}

test('a reservation changes as the table of the log’s format says, and in no other way', () => {
  deepEqual(takes(null), ['RESERVED'])
  const ofHeld = ['EXTENDED', 'SOLD', 'RELEASED', 'EXPIRED', 'REPLACED', 'OWNER_CHANGED']
  deepEqual(takes(reservationAfter(RESERVED)), ofHeld)
  deepEqual(takes(reservationAfter(RESERVED, SOLD)), ['SHIPPED', 'CANCELLED', 'OWNER_CHANGED'])
  for (const last of [RELEASED, EXPIRED, REPLACED])
    deepEqual(takes(reservationAfter(RESERVED, last)), [])
  deepEqual(takes(reservationAfter(RESERVED, SOLD, CANCELLED)), [])
  deepEqual(takes(reservationAfter(RESERVED, SOLD, SHIPPED)), ['CAME_BACK'])
  deepEqual(takes(reservationAfter(RESERVED, SOLD, SHIPPED, CAME_BACK)), [])
  equal(reservationAfter(RESERVED, EXTENDED).expiresAt, 200)
})

test('an expired hold accepts no entry but its expiry', () => {
  const held = reservationAfter(RESERVED)
  for (const entry of [EXTENDED, SOLD, RELEASED])
    equal(typeof applyToReservation(held, { ...entry, at: LAST + 1 }), 'string', entry.type)
  equal(typeof applyToReservation(held, { ...EXPIRED, at: LAST }), 'string')
  equal(typeof applyToReservation(held, { ...EXPIRED, expiredAt: LAST - 1 }), 'string')
})

test('an entry that must cover all open units covers all, and no entry covers more', () => {
  const held = reservationAfter(RESERVED)
  const sold = reservationAfter(RESERVED, SOLD)
  for (const entry of [EXTENDED, EXPIRED, REPLACED, OWNER_CHANGED])
    for (const qty of [QTY - 1, QTY + 1])
      equal(typeof applyToReservation(held, { ...entry, qty }), 'string', entry.type)
  for (const entry of [SOLD, RELEASED])
    equal(typeof applyToReservation(held, { ...entry, qty: QTY + 1 }), 'string', entry.type)
  for (const entry of [SHIPPED, CANCELLED])
    equal(typeof applyToReservation(sold, { ...entry, qty: QTY + 1 }), 'string', entry.type)
})

test('units that were not confirmed are freed by the next entry', () => {
  const part = reservationAfter(RESERVED, { ...SOLD, qty: 3 })
  deepEqual([part.qty, part.rest], [QTY, 2])
  const rest = { ...REST, qty: 2 }
  for (const entry of [SHIPPED, CANCELLED, { ...rest, qty: 1 }, { ...rest, because: 'released' }])
    equal(
      typeof applyToReservation(part, { ...entry, qty: entry.qty === QTY ? 3 : entry.qty }),
      'string',
    )
  const whole = reservationAfter(RESERVED, { ...SOLD, qty: 3 }, rest)
  deepEqual([whole.status, whole.qty, whole.released, whole.rest], ['CONFIRMED', QTY, 2, 0])
})

test('parts add up, and the last one decides the final status', () => {
  const some = (entry: Told, qty: number): Told => ({ ...entry, qty })
  const sold = [RESERVED, SOLD]
  const counts = (...entries: readonly Told[]) => {
    const { status, released, shipped, cancelled, cameBack } = reservationAfter(...entries)
    return [status, released, shipped, cancelled, cameBack]
  }
  deepEqual(counts(RESERVED, some(RELEASED, 2)), ['PENDING', 2, 0, 0, 0])
  deepEqual(counts(RESERVED, some(RELEASED, 2), some(RELEASED, 3)), ['RELEASED', 5, 0, 0, 0])
  deepEqual(counts(RESERVED, some(RELEASED, 2), some(EXPIRED, 3)), ['EXPIRED', 5, 0, 0, 0])
  deepEqual(counts(...sold, some(SHIPPED, 2)), ['CONFIRMED', 0, 2, 0, 0])
  deepEqual(counts(...sold, some(SHIPPED, 2), some(CANCELLED, 3)), ['SHIPPED', 0, 2, 3, 0])
  deepEqual(counts(...sold, some(CANCELLED, 2), some(CANCELLED, 3)), ['CANCELLED', 0, 0, 5, 0])
  deepEqual(counts(...sold, some(SHIPPED, 2), some(CAME_BACK, 1)), ['CONFIRMED', 0, 2, 0, 1])
  const twice = reservationAfter(...sold, some(SHIPPED, 2), some(CAME_BACK, 1))
  equal(typeof applyToReservation(twice, some(CAME_BACK, 2)), 'string')
  equal(typeof applyToReservation(twice, some(SHIPPED, 4)), 'string')
})

test('a transfer changes as the table of the log’s format says, and in no other way', () => {
  const [asked, out, rejected, into] = [
    told('TRANSFER_REQUESTED', { actor: 'ann' }),
    told('TRANSFERRED_OUT', { actor: 'bob' }),
    told('TRANSFER_REJECTED', { actor: 'bob', reason: 'no van' }),
    told('TRANSFERRED_IN'),
  ]
  const after = (...entries: readonly Told[]): TransferState | string => {
    let state: TransferState | string | null = null
    for (const entry of entries) {
      if (typeof state === 'string') return state
      state = applyToTransfer(state, entry)
    }
    return state!
  }
  const isAllowed = (...entries: readonly Told[]): boolean => typeof after(...entries) !== 'string'
  const all = [asked, out, rejected, into]
  const allowed = (...before: readonly Told[]): string[] =>
    all.filter((entry) => isAllowed(...before, entry)).map(({ type }) => type)
  deepEqual(allowed(), ['TRANSFER_REQUESTED', 'TRANSFERRED_OUT'])
  deepEqual(allowed(asked), ['TRANSFERRED_OUT', 'TRANSFER_REJECTED'])
  for (const before of [[out], [asked, out]]) {
    deepEqual(allowed(...before), ['TRANSFERRED_IN'])
    deepEqual(allowed(...before, into), [])
    equal(isAllowed(...before, { ...into, qty: QTY + 1 }), false)
  }
  deepEqual(allowed(asked, rejected), [])
  const made = { qty: QTY, requestedBy: 'ann', createdAt: LAST, decidedAt: LAST, onTheWay: 0 }
  deepEqual(after(asked, rejected), {
    ...{ ...made, status: 'REJECTED', decidedBy: 'bob', reason: 'no van' },
  })
})
