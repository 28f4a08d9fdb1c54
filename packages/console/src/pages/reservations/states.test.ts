import { deepEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { ReservationStatus as Recorded } from 'holdfast'
import { stateInWords } from '../../text/words.ts'
import { filterInWords, ReservationStatus, shownAs } from './states.ts'

test('a filter names each state that its list shows', () => {
  deepEqual(ReservationStatus.toSorted(), Object.values(Recorded).toSorted())
  for (const status of ReservationStatus) {
    const named = filterInWords(status).toLowerCase()
    for (const replacedBy of [null, 'another']) {
      const state = stateInWords(shownAs({ replacedBy }, status)).toLowerCase()
      ok(named.split(' or ').includes(state), `${named}: ${state}`)
    }
  }
  deepEqual(ReservationStatus.map(filterInWords), [
    'Held',
    'Sold',
    'Shipped',
    'Cancelled or replaced',
    'Released or replaced',
    'Expired',
  ])
})
