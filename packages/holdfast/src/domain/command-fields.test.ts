import { deepEqual, doesNotThrow, equal, match } from 'node:assert/strict'
import { describe, test } from 'node:test'
import { checkCommand, FIELDS } from './command-fields.ts'
import { refusalNow } from '../testing/refusal.ts'

/** The least that each verb wants, and then everything that it takes. */
const COMMANDS: Record<string, { least: object; most: object }> = {
  addStock: {
    least: { warehouseId: 'SF', productId: 'P', qty: 1, source: 'SUPPLIER' },
    most: {},
  },
  removeStock: { least: { warehouseId: 'SF', productId: 'P', qty: 1, reason: 'LOST' }, most: {} },
  countStock: {
    least: { warehouseId: 'SF', productId: 'P', onHand: 0 },
    most: { reason: 'yearly' },
  },
  reserve: {
    least: { warehouseId: 'SF', productId: 'P', qty: 1, ttlMs: 1 },
    most: { owner: 'cart-1' },
  },
  confirm: { least: { reservationId: 'R' }, most: { qty: 1 } },
  release: { least: { reservationId: 'R' }, most: {} },
  ship: { least: { reservationId: 'R' }, most: {} },
  cancel: { least: { reservationId: 'R' }, most: {} },
  extend: { least: { reservationId: 'R', ttlMs: 1 }, most: {} },
  transfer: {
    least: { fromWarehouseId: 'SF', toWarehouseId: 'NYC', productId: 'P', qty: 1 },
    most: { requiresApproval: false },
  },
  approveTransfer: { least: { transferId: 'T' }, most: {} },
  rejectTransfer: { least: { transferId: 'T' }, most: { reason: 'no' } },
  fulfillAcrossWarehouses: {
    least: { productId: 'P', qty: 1, ttlMs: 1 },
    most: { warehouseOrder: ['SF'], strategy: 'givenOrder', owner: 'cart-1' },
  },
  atomically: { least: { commands: [{ verb: 'release', reservationId: 'R' }] }, most: {} },
}
const COMMON = { idempotencyKey: 'k', actor: 'ann', metadata: { order: '7' } }

const check = (command: unknown) => refusalNow(() => checkCommand(command))

test('every verb is in this test', () => {
  deepEqual(Object.keys(COMMANDS).sort(), Object.keys(FIELDS).sort())
})

for (const [verb, { least, most }] of Object.entries(COMMANDS)) {
  describe(verb, () => {
    const full = { verb, ...least, ...most, ...COMMON }

    test('takes the least and the most', () => {
      doesNotThrow(() => checkCommand({ verb, ...least }))
      doesNotThrow(() => checkCommand(full))
    })

    test('takes undefined for what may be left out', () => {
      const blank = Object.keys({ ...most, ...COMMON }).map((name) => [name, undefined])
      doesNotThrow(() => checkCommand({ verb, ...least, ...Object.fromEntries(blank) }))
    })

    test('misses each field that it must have', () => {
      for (const name of Object.keys(least)) {
        const refused = check({ ...full, [name]: undefined })
        equal(refused.details['field'], name)
        equal(refused.code, name === 'qty' || name === 'onHand' ? 'INVALID_QTY' : 'INVALID_INPUT')
      }
    })

    test('takes no null, no wrong type and no wrong bound anywhere', () => {
      for (const name of Object.keys({ ...least, ...most, ...COMMON }))
        for (const wrong of [null, {}.constructor, -1, '', '\u0000', [], [''], 1e13]) {
          const { details } = check({ ...full, [name]: wrong })
          match(String(details['field']), new RegExp(`^${name.replace(/s$/, '')}`))
        }
    })

    test('does not lose a mistyped field without a word', () => {
      const refused = check({ ...full, onwer: 'cart-1' })
      deepEqual([refused.code, refused.details['field']], ['INVALID_INPUT', 'onwer'])
      equal(check({ ...full, ...JSON.parse('{"x":1}') }).details['field'], 'x')
    })
  })
}

test('a command is an object with a verb of the list', () => {
  const wrong = [null, undefined, 'reserve', 1, [], {}, { verb: 'toString' }, { verb: '__proto__' }]
  for (const command of [...wrong, { verb: 'batch' }, { verb: ['reserve'] }, { verb: 'RESERVE' }])
    equal(check(command).code, 'INVALID_INPUT')
})

test('a field that comes with a prototype is a field too', () => {
  const inherited = Object.create({ onwer: 'cart-1' }) as object
  equal(
    check(Object.assign(inherited, { verb: 'release', reservationId: 'R' })).details['field'],
    'onwer',
  )
  equal(
    check(JSON.parse('{"verb":"release","reservationId":"R","__proto__":{}}')).details['field'],
    '__proto__',
  )
})

describe('a list of commands', () => {
  const release = { verb: 'release', reservationId: 'R' }
  const many = (length: number) => Array.from({ length }, () => release)
  const atomically = (commands: unknown) => check({ verb: 'atomically', commands })

  test('has 1 to 1,000 of them, without holes', () => {
    doesNotThrow(() => checkCommand({ verb: 'atomically', commands: many(1000) }))
    equal(atomically(many(1001)).details['field'], 'commands')
    equal(atomically([]).details['field'], 'commands')
    equal(atomically(Array(2)).details['index'], 0)
    equal(atomically([release, undefined]).details['index'], 1)
  })

  test('says which of them it was', () => {
    const refused = atomically([release, { ...release, reservationId: '' }, null])
    deepEqual(refused.details, { field: 'reservationId', index: 1 })
    deepEqual(atomically([release, { verb: 'addStock' }]).details['index'], 1)
  })

  test('has no list in it, and one idempotency key for all', () => {
    deepEqual(atomically([{ verb: 'atomically', commands: [release] }]).details, {
      field: 'verb',
      index: 0,
    })
    deepEqual(atomically([{ ...release, idempotencyKey: 'k' }]).details, {
      field: 'idempotencyKey',
      index: 0,
    })
  })
})

describe('an order of warehouses', () => {
  const fulfil = { verb: 'fulfillAcrossWarehouses', productId: 'P', qty: 1, ttlMs: 1 }
  const order = (warehouseOrder: unknown) => check({ ...fulfil, warehouseOrder })

  test('names each warehouse once, without holes', () => {
    equal(order(['SF', 'SF']).details['field'], 'warehouseOrder')
    equal(order([]).details['field'], 'warehouseOrder')
    equal(order(['SF', 7]).details['field'], 'warehouseOrder[1]')
    // oxlint-disable-next-line no-sparse-arrays -- a caller's mistake that must not pass
    equal(order(['SF', , 'NYC']).details['field'], 'warehouseOrder[1]')
    equal(order('SF').details['field'], 'warehouseOrder')
    const many = (length: number) => Array.from({ length }, (_, i) => `W${i}`)
    equal(order(many(1001)).details['field'], 'warehouseOrder')
    doesNotThrow(() => checkCommand({ ...fulfil, warehouseOrder: many(1000) }))
  })
})
