import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { InvalidInputError } from 'holdfast'
import { LISTS, routeOf, type CommandDefinition } from 'holdfast/model'
import { tables } from '../../../scripts/doc-tables.ts'
import { checkFields, namesOf, planOf } from '../../holdfast/src/model/commands/check.ts'
import { reaches } from '../../holdfast/src/model/commands/command.ts'
import { optional } from '../../holdfast/src/model/commands/fields/field.ts'
import { reservationId } from '../../holdfast/src/model/commands/fields/ids.ts'
import { position } from '../../holdfast/src/model/commands/fields/numbers.ts'
import { reason } from '../../holdfast/src/model/commands/fields/text.ts'
import { addMethods, Verbs } from '../../holdfast/src/model/commands/methods.ts'
import { fieldFlags } from '../src/cli/flags/field-flag.ts'
import { commandShape } from '../src/cli/verbs/commands.ts'
import { openApi } from '../src/http/docs/openapi.ts'
import { commandRoute } from '../src/http/routes/commands.ts'
import { querySchema } from '../src/http/schemas/query.ts'

/** A verb that does not exist. */
const photograph = {
  summary: 'Lend held units to the photographer',
  resource: 'reservations',
  action: 'photograph',
  role: 'operator',
  fields: { reservationId, reason: optional(reason, 'what the picture is for') },
  answers: 'reservation',
  effect: 'none',
  refusals: ['RESERVATION_NOT_FOUND', 'INVALID_RESERVATION_STATE'],
  writes: ['EXTENDED'],
  from: ['PENDING'],
  shell: 'photograph --reservation-id ID',
} as const satisfies CommandDefinition

describe('from the definition of a verb that does not exist follow', () => {
  it('its checks, and what its fingerprint is made of', () => {
    const plan = planOf('photograph', photograph.fields)
    const given = { verb: 'photograph', reservationId: 'R', reason: 'spring' }
    checkFields(plan, given)
    const refused = [{ verb: 'photograph' }, { ...given, reason: '' }, { ...given, raeson: 'x' }]
    for (const one of refused) assert.throws(() => checkFields(plan, one), InvalidInputError)
    assert.deepEqual(
      namesOf(plan).join(' '),
      'actor group idempotencyKey metadata reason reference reservationId verb',
    )
  })

  it('its route, its body, its role and its refusals in the OpenAPI document', () => {
    assert.deepEqual(routeOf(photograph), {
      path: '/v1/reservations/{reservationId}/photograph',
      inPath: 'reservationId',
      status: 200,
    })
    const { url, schema, config } = commandRoute('photograph', photograph)
    const route = { method: 'POST', url, schema, config, handler: () => undefined }
    const { paths, components } = openApi([route as never], '')
    const operation = paths['/v1/reservations/{reservationId}/photograph']!['post']!
    assert.equal(operation.operationId, 'photograph')
    assert.equal(operation.summary, photograph.summary)
    assert.equal(operation['x-role'], 'operator')
    assert.deepEqual(Object.keys(operation.responses), [
      '200',
      '400',
      '404',
      '409',
      '422',
      'default',
    ])
    assert.deepEqual(operation.responses['400']!['x-codes'], ['INVALID_INPUT'])
    assert.deepEqual(operation.responses['404']!['x-codes'], ['RESERVATION_NOT_FOUND'])
    const body = components.schemas['PhotographBody']!['properties'] as object
    assert.deepEqual(Object.keys(body), [
      'reason',
      'idempotencyKey',
      'reference',
      'group',
      'metadata',
    ])
  })

  it('who may give it', () => {
    assert.equal(reaches('shop', photograph.role), false)
    assert.equal(reaches('operator', photograph.role), true)
  })

  it('its name, its flags and its help on the command line', () => {
    const { name, group, summary, flags, more } = commandShape('photograph', photograph)
    assert.deepEqual([name, group, summary], ['photograph', 'Reservations:', photograph.summary])
    assert.deepEqual(
      flags!.slice(0, 2).map((flag) => flag.flags),
      ['--reservation-id <id>', '--reason <text>'],
    )
    assert.match(flags![0]!.description, /\(required\)$/)
    assert.match(more!, /holdfast photograph/)
  })

  it('a method of the library and of the client', async () => {
    class Album extends Verbs {
      protected override perform(verb: string, command: object): Promise<unknown> {
        return Promise.resolve({ verb, ...command })
      }
    }
    addMethods(Album, ['photograph'])
    const album = new Album() as unknown as Record<string, (given: object) => Promise<unknown>>
    assert.deepEqual(await album['photograph']!({ reservationId: 'R' }), {
      verb: 'photograph',
      reservationId: 'R',
    })
  })

  it('its rows in the docs', () => {
    const pages = tables({ photograph }, {})
    const { verbs, outcomes } = pages['guide.md']
    assert.deepEqual(
      [verbs[1], outcomes[1]],
      [
        ['`photograph`', 'reservationId, reason?', 'none'],
        ['`photograph`', 'EXTENDED', 'INVALID_RESERVATION_STATE'],
      ],
    )
    assert.match(pages['http.md'].calls[1]!.join(' '), /\{reservationId\}\/photograph` `operator`/)
    assert.match(pages['command-line.md'].commands[1]!.join(' '), /`photograph`/)
  })
})

describe('from a filter of a list that does not exist follow', () => {
  const since = optional(position(1, 'only reservations made behind this seq'))
  const filters = { ...LISTS.listReservations.filters, since }

  it('its query parameter, its flag and its place in the docs', () => {
    assert.deepEqual(querySchema(filters)['since'], {
      type: 'integer',
      minimum: 1,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'Only reservations made behind this seq',
      ...Object.fromEntries(
        Object.getOwnPropertySymbols(querySchema(filters)['since']!).map((one) => [one, true]),
      ),
    })
    assert.equal(fieldFlags(filters).at(-1)!.flags, '--since <seq>')
    const { lists } = tables({}, { listReservations: { ...LISTS.listReservations, filters } })[
      'reading.md'
    ]
    assert.match(lists[1]![1]!, /, since$/)
  })

  it('its check', () => {
    assert.throws(() => since.check(0, 'since'), /since must be a whole number, 1 or more/)
    since.check(7, 'since')
  })
})
