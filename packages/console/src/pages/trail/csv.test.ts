import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { AuditEntry } from 'holdfast'
import { CSV_HEADER, csvRecord } from './csv.ts'

const ENTRY: AuditEntry = {
  id: '7',
  seq: 7,
  type: 'COUNTED',
  productId: '=HYPERLINK("http://evil")',
  warehouseId: 'SF',
  fromWarehouseId: null,
  qty: -3,
  timestamp: 0,
  reservationId: null,
  transferId: null,
  actor: 'ann, "the boss"',
  metadata: { note: 'a\nb' },
  reference: { type: 'count', id: '12' },
  group: 'spring',
  available: 4,
  held: 0,
  allocated: 1,
  unsellable: 2,
}

test('an entry is a record of as many cells as the header has names', () => {
  equal(CSV_HEADER.split(',').length, 18)
  equal(csvRecord({ ...ENTRY, productId: 'MUG', actor: 'ann', metadata: {} }).split(',').length, 18)
})

test('formulas are neutralised, quotes doubled, numbers stay numbers', () => {
  deepEqual(
    csvRecord(ENTRY),
    `7,1970-01-01T00:00:00.000Z,COUNTED,SF,"'=HYPERLINK(""http://evil"")",,-3,4,0,1,,,"ann, ""the boss""","{""note"":""a\\nb""}",2,spring,count,12\r\n`,
  )
})
