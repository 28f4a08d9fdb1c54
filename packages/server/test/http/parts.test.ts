import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { OpenApi } from '../../src/http/docs/openapi.ts'
import { Document } from './support/document.ts'
import { Receiver } from './support/receiver.ts'
import { running, type Answer } from './support/running.ts'
import { until } from './support/until.ts'

const SOCK = { warehouseId: 'SF', productId: 'SOCK' }
const TTL = 60_000

/** Some fields of an answer, in the order of their names here. */
function some(answer: Answer | Record<string, unknown>, ...names: string[]): unknown[] {
  const body = 'body' in answer ? (answer as Answer).body : answer
  return names.map((name) => body[name])
}

test('a part is released, sold, shipped, cancelled and comes back, and the record counts it', async (t) => {
  const { call } = await running(t)
  await call('POST', '/v1/stock/add', { ...SOCK, qty: 20, source: 'S' })
  const { body: hold } = await call('POST', '/v1/reservations', { ...SOCK, qty: 10, ttlMs: TTL })
  const act = (action: string, body: object = {}) =>
    call('POST', `/v1/reservations/${String(hold['id'])}/${action}`, body)
  const counts = ['status', 'qty', 'released', 'shipped', 'cancelled', 'cameBack']
  deepEqual(some(hold, ...counts), ['PENDING', 10, 0, 0, 0, 0])
  deepEqual(some(hold, 'replaces', 'replacedBy', 'group'), [null, null, null])
  deepEqual(some(await act('release', { qty: 1 }), ...counts), ['PENDING', 10, 1, 0, 0, 0])
  const sale = await act('confirm', { qty: 7, rest: 'hold' })
  deepEqual(some(sale, ...counts), ['CONFIRMED', 10, 3, 0, 0, 0])
  const rest = sale.body['rest'] as Record<string, unknown>
  deepEqual(some(rest, 'status', 'qty', 'expiresAt'), ['PENDING', 2, hold['expiresAt']])
  deepEqual(some(await act('ship', { qty: 4 }), ...counts), ['CONFIRMED', 10, 3, 4, 0, 0])
  const tooMany = await act('ship', { qty: 4 })
  deepEqual(some(tooMany, 'status', 'code'), [400, 'INVALID_QTY'])
  const details = { reservationId: hold['id'], requested: 4, open: 3 }
  deepEqual(tooMany.body['details'], details)
  deepEqual(some(await act('cancel'), ...counts), ['SHIPPED', 10, 3, 4, 3, 0])
  const back = await act('return-goods', { qty: 1, reason: 'WRONG SIZE' })
  deepEqual(some(back, ...counts), ['SHIPPED', 10, 3, 4, 3, 1])
  const { body: stock } = await call('GET', '/v1/stock/SF/SOCK')
  deepEqual(
    some(stock, 'available', 'held', 'allocated', 'unsellable', 'onHand'),
    [14, 2, 0, 1, 17],
  )
})

test('units are set aside, put back and written off; a till sells in one step', async (t) => {
  const { call } = await running(t)
  await call('POST', '/v1/stock/add', { ...SOCK, qty: 10, source: 'S' })
  const act = (action: string, body: object) =>
    call('POST', `/v1/stock/${action}`, { ...SOCK, ...body })
  const counts = ['available', 'unsellable', 'onHand']
  const aside = await act('set-aside', { qty: 4, reason: 'QUARANTINE' })
  deepEqual(some(aside, ...counts), [6, 4, 10])
  deepEqual(some(await act('put-back', { qty: 1 }), ...counts), [7, 3, 10])
  const writtenOff = await act('write-off', { qty: 2, reason: 'DAMAGED' })
  deepEqual(some(writtenOff, ...counts), [7, 1, 8])
  const tooMany = await act('write-off', { qty: 2, reason: 'DAMAGED' })
  deepEqual([tooMany.status, tooMany.body['code']], [409, 'INSUFFICIENT_STOCK'])
  const { status, body: sale } = await call('POST', '/v1/reservations/sell', {
    ...SOCK,
    qty: 2,
    ship: true,
  })
  deepEqual([status, ...some(sale, 'status', 'shipped')], [201, 'SHIPPED', 2])
  const counted = await act('count', { onHand: 9, unsellable: 2 })
  deepEqual(some(counted, ...counts), [7, 2, 9])
  const unknown = await act('count', { onHand: 9, asOf: { seq: 1_000_000 } })
  deepEqual([unknown.status, unknown.body['code']], [400, 'INVALID_INPUT'])
})

test('a transfer takes reservations along, a reservation moves and changes its owner', async (t) => {
  const { call } = await running(t)
  await call('POST', '/v1/stock/add', { ...SOCK, qty: 10, source: 'S' })
  await call('POST', '/v1/stock/add', { ...SOCK, warehouseId: 'NYC', qty: 5, source: 'S' })
  const { body: hold } = await call('POST', '/v1/reservations', { ...SOCK, qty: 2, ttlMs: TTL })
  const { status, body: move } = await call('POST', '/v1/transfers', {
    fromWarehouseId: 'SF',
    toWarehouseId: 'NYC',
    productId: 'SOCK',
    qty: 3,
    reservations: [hold['id']],
    group: 'van-1',
  })
  const [taken] = move['reservations'] as Record<string, unknown>[]
  deepEqual([status, move['group']], [201, 'van-1'])
  deepEqual(some(taken!, 'warehouseId', 'qty', 'replaces'), ['NYC', 2, hold['id']])
  const old = await call('GET', `/v1/reservations/${String(hold['id'])}`)
  deepEqual(some(old, 'status', 'replacedBy'), ['RELEASED', taken!['id']])
  const id = String(taken!['id'])
  const { body: owned } = await call('POST', `/v1/reservations/${id}/change-owner`, {
    owner: 'ann',
  })
  deepEqual(some(owned, 'id', 'owner'), [id, 'ann'])
  const { body: moved } = await call('POST', `/v1/reservations/${id}/move`, { toWarehouseId: 'SF' })
  deepEqual(some(moved, 'warehouseId', 'owner', 'replaces'), ['SF', 'ann', id])
})

test('a list names the answer of an earlier command of it', async (t) => {
  const { call, inventory } = await running(t)
  await call('POST', '/v1/stock/add', { ...SOCK, qty: 10, source: 'S' })
  const reserve = { verb: 'reserve', ...SOCK, qty: 2, ttlMs: TTL }
  const atomic = (...commands: object[]) => call('POST', '/v1/batch', { atomic: true, commands })
  const done = await atomic(
    reserve,
    { verb: 'confirm', reservationId: { result: 0 } },
    { verb: 'reserve', ...SOCK, qty: 1, ttlMs: TTL },
    { verb: 'reserve', ...SOCK, qty: 3, ttlMs: TTL, replaces: { result: 2 } },
  )
  equal(done.status, 200, done.text)
  const answers = done.body['answers'] as Record<string, unknown>[]
  deepEqual(some(answers[1]!, 'id', 'status'), [answers[0]!['id'], 'CONFIRMED'])
  equal(answers[3]!['replaces'], answers[2]!['id'])
  const split = await atomic(
    { verb: 'fulfillAcrossWarehouses', productId: 'SOCK', qty: 1, ttlMs: TTL },
    { verb: 'confirm', reservationId: { result: 0, leg: 0 } },
  )
  equal(split.status, 200, split.text)
  const before = await inventory.head()
  const wrong: [object, string][] = [
    [{ result: 1 }, 'reservationId.result'],
    [{ result: -1 }, 'reservationId.result'],
    [{ result: 1000 }, 'reservationId.result'],
    [{ result: 0, leg: 0 }, 'reservationId.leg'],
    [{ result: 0, nobody: 1 }, 'reservationId.nobody'],
    [{}, 'reservationId.result'],
  ]
  for (const [reservationId, field] of wrong) {
    const { status, body } = await atomic(reserve, { verb: 'confirm', reservationId })
    deepEqual([status, body['code']], [400, 'INVALID_INPUT'], JSON.stringify(body))
    deepEqual(body['details'], { field, index: 1 }, JSON.stringify(reservationId))
  }
  const apart = await call('POST', '/v1/batch', {
    commands: [reserve, { verb: 'confirm', reservationId: { result: 0 } }],
  })
  deepEqual([apart.status, apart.body['code']], [400, 'INVALID_INPUT'])
  deepEqual(apart.body['details'], { field: 'reservationId', index: 1 })
  const inBatch = await call('POST', '/v1/batch', {
    commands: [
      { verb: 'atomically', commands: [reserve, { verb: 'ship', reservationId: { result: 0 } }] },
      { verb: 'confirm', reservationId: 5 },
    ],
  })
  deepEqual([inBatch.status, inBatch.body['details']], [400, { field: 'reservationId', index: 1 }])
  deepEqual(await inventory.head(), before)
})

test('a group and a document stand in records, entries and webhooks, and find them', async (t) => {
  const receiver = await Receiver.open(t)
  const { call, url } = await running(t, { allowPrivateWebhooks: true, webhookPauseMs: 20 })
  await call('POST', '/v1/webhooks', { url: receiver.url, types: ['RESERVED'] })
  await call('POST', '/v1/stock/add', { ...SOCK, qty: 10, source: 'S' })
  const more = { group: 'order-7', reference: { type: 'order', id: '47:11' } }
  const { body: hold } = await call('POST', '/v1/reservations', {
    ...SOCK,
    qty: 2,
    ttlMs: TTL,
    ...more,
  })
  await call('POST', '/v1/reservations', { ...SOCK, qty: 1, ttlMs: TTL, group: 'order-8' })
  await call('POST', '/v1/transfers', {
    fromWarehouseId: 'SF',
    toWarehouseId: 'NYC',
    productId: 'SOCK',
    qty: 1,
    ...more,
  })
  const items = async (path: string): Promise<Record<string, unknown>[]> => {
    const { status, text, body } = await call('GET', path, undefined, {
      accept: 'application/json',
    })
    equal(status, 200, text)
    return body['items'] as Record<string, unknown>[]
  }
  const ids = async (path: string) => (await items(path)).map(({ id }) => id)
  deepEqual(await ids('/v1/reservations?group=order-7'), [hold['id']])
  equal((await items('/v1/transfers?group=order-7')).length, 1)
  equal((await items('/v1/transfers?group=order-8')).length, 0)
  const types = async (path: string) => (await items(path)).map(({ type }) => type)
  const three = ['RESERVED', 'TRANSFERRED_OUT', 'TRANSFERRED_IN']
  for (const path of ['/v1/audit?after=0&', '/v1/events?after=0&']) {
    deepEqual(await types(`${path}group=order-7`), three)
    deepEqual(await types(`${path}reference=order:47:11`), three)
    deepEqual(await types(`${path}reference=order:47`), [])
  }
  deepEqual(await types('/v1/audit?before=100&reference=order%3A47%3A11'), three.toReversed())
  for (const text of ['order', ':4711', 'order:', '', 'x:%00', '%00:1', `${'x'.repeat(41)}:1`]) {
    for (const path of ['/v1/audit?', '/v1/audit?before=9&', '/v1/events?after=0&']) {
      const { status, body } = await call('GET', `${path}reference=${text}`, undefined, {
        accept: 'application/json',
      })
      const { field } = body['details'] as { field: string }
      deepEqual([status, field.split('.')[0]], [400, 'reference'], `${path}${text}`)
    }
  }
  const stream = await fetch(`${url}/v1/events?after=0&reference=order:47:11`, {
    headers: { accept: 'text/event-stream' },
    signal: AbortSignal.timeout(10_000),
  })
  const pieces = stream.body!.pipeThrough(new TextDecoderStream()).getReader()
  let received = ''
  while (received.split('\ndata: ').length < 4) received += (await pieces.read()).value!
  ok(!received.includes('order-8') && received.includes('"group":"order-7"'))
  await pieces.cancel()
  await until('two deliveries', () => receiver.received.length === 2)
  const [first, second] = receiver.received.map(
    ({ body }) => (JSON.parse(body) as { data: Record<string, unknown> }).data,
  )
  deepEqual(some(first!, 'group', 'reference', 'unsellable'), ['order-7', more.reference, 0])
  deepEqual(some(second!, 'group', 'reference'), ['order-8', null])
  const colon = await call('POST', '/v1/stock/add', {
    ...SOCK,
    qty: 1,
    source: 'S',
    reference: { type: 'a:b', id: '1' },
  })
  deepEqual([colon.status, colon.body['details']], [400, { field: 'reference.type' }])
  equal(colon.body['detail'], 'reference.type must not contain a colon')
})

test('a batch gives its commands its group and its document', async (t) => {
  const { call } = await running(t)
  const commands = [
    { verb: 'addStock', ...SOCK, qty: 1, source: 'S' },
    { verb: 'addStock', ...SOCK, qty: 1, source: 'S' },
  ]
  const reference = { type: 'delivery', id: '9' }
  for (const atomic of [false, true]) {
    const body = { atomic, commands, group: 'g', reference }
    equal((await call('POST', '/v1/batch', body)).status, 200)
  }
  const { body } = await call('GET', '/v1/audit?reference=delivery:9')
  const entries = body['items'] as Record<string, unknown>[]
  deepEqual(
    entries.map(({ group, reference: of }) => [group, of]),
    entries.map(() => ['g', reference]),
  )
  equal(entries.length, 4)
})

test('every field of the new records is required, and the document says so', async (t) => {
  const { call } = await running(t)
  const { body } = await call('GET', '/openapi.json')
  const { json } = new Document(body as unknown as OpenApi)
  const required = (name: string) => json.components.schemas[name]!['required'] as string[]
  const has = (name: string, ...fields: string[]) =>
    deepEqual(
      fields.filter((field) => !required(name).includes(field)),
      [],
      name,
    )
  const ofReservation = 'released shipped cancelled cameBack replaces replacedBy group'.split(' ')
  for (const name of ['Reservation', 'Sale', 'SaleAnswer', 'ReservationAnswer', 'SaleSucceeded'])
    has(name, ...ofReservation)
  has('Entry', 'unsellable', 'group', 'reference')
  has('Level', 'unsellable')
  has('Move', 'group')
  has('Warehouse', 'sells', 'closed')
  ok(!required('Sale').includes('rest') && !required('Move').includes('reservations'))
})

test('in a list of commands, a verb is mapped to the schema of its command', async (t) => {
  const { call } = await running(t)
  const { body } = await call('GET', '/openapi.json')
  const { components } = body as unknown as OpenApi
  for (const name of ['Command', 'InnerCommand']) {
    const { discriminator, oneOf } = components.schemas[name] as unknown as Union
    const { propertyName, mapping } = discriminator
    const verbs = oneOf.map(({ $ref }) => {
      const { properties } = components.schemas[$ref.slice($ref.lastIndexOf('/') + 1)]!
      return [(properties as Record<string, { const: string }>)[propertyName]!.const, $ref]
    })
    deepEqual(Object.entries(mapping), verbs)
    ok(verbs.length > 20)
  }
})

interface Union {
  readonly discriminator: {
    readonly propertyName: string
    readonly mapping: Record<string, string>
  }
  readonly oneOf: readonly { readonly $ref: string }[]
}

test('a list that is empty or too long is refused by its name', async (t) => {
  const { call } = await running(t)
  const add = { verb: 'addStock', warehouseId: 'SF', productId: 'SOCK', qty: 1, source: 'S' }
  const tooMany = Array.from({ length: 1001 }, () => add)
  const inner = (commands: object[]) => [add, { verb: 'atomically', commands }]
  for (const [commands, details, message] of [
    [tooMany, { field: 'commands' }, 'commands must have at most 1000 items'],
    [[], { field: 'commands' }, 'commands must not be empty'],
    [inner(tooMany), { field: 'commands', index: 1 }, 'commands must have at most 1000 items'],
    [inner([]), { field: 'commands', index: 1 }, 'commands must not be empty'],
  ] as const) {
    const { status, body } = await call('POST', '/v1/batch', { commands })
    deepEqual([status, body['code'], body['detail']], [400, 'INVALID_INPUT', message])
    deepEqual(body['details'], details)
  }
})
