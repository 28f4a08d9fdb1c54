import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { nearIds } from './near-ids.ts'

const KNOWN = [
  'MUG-BLUE',
  'MUG-BLUES',
  'MUG-RED',
  'LID-BLUE',
  'CUP',
  'TRAY-BLACK-01',
  'TRAY-BLACK-02',
]
const near = (id: string) => nearIds(id, KNOWN, 3)

test('ids within a typing error are near, the nearest first', () => {
  deepEqual(near('MUG-BULE'), ['MUG-BLUE', 'MUG-BLUES'], 'swapped')
  deepEqual(near('mug-blue'), ['MUG-BLUE', 'MUG-BLUES'], 'small')
  deepEqual(near('MUGBLUES'), ['MUG-BLUES', 'MUG-BLUE'], 'missing')
  deepEqual(near('MUG--RED'), ['MUG-RED'], 'too many')
  deepEqual(near('TRAY-BLACK-03'), ['TRAY-BLACK-01', 'TRAY-BLACK-02'], 'another')
  deepEqual(near('MGU-BULE'), ['MUG-BLUE'], 'two of them')
})

test('an id with more errors, or too short to tell, is not near', () => {
  deepEqual(
    [near('MUG-GREEN'), near('CAN'), near('BLUE'), near(''), near('GMU-BULE')],
    [[], [], [], [], []],
  )
  deepEqual(near('CPU'), ['CUP'])
})
