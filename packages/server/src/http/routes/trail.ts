import type { FastifyInstance } from 'fastify'
import {
  InvalidInputError,
  OperationalError,
  type Inventory,
  type Remembered,
  type Verdict,
  type VerifyOptions,
} from 'holdfast'
import { pointInTime, withPlus } from '../input/point-in-time.ts'
import type { PageTurns } from '../limits/page-turns.ts'
import { integer, object, optional, string } from '../schemas/schema.ts'
import { EntryPage, Verdict as VerdictShape } from '../schemas/answers.ts'
import { Cursor, Limit } from '../schemas/fields.ts'
import { entryPage, positionOf } from './entry-page.ts'
import { newestFirst } from './newest-first.ts'
import { EVENT_STREAM } from './event-stream.ts'
import { proofEvents } from './proof-events.ts'
import { goneSignal } from '../limits/gone-signal.ts'
import { trailFilter, type TrailFilter } from './trail-filter.ts'

const AuditQuery = object(
  {
    ...trailFilter,
    before: optional(
      integer({
        minimum: 1,
        maximum: Number.MAX_SAFE_INTEGER,
        description: 'Only entries below this seq, newest first',
      }),
    ),
    cursor: optional(Cursor),
    limit: optional(Limit),
  },
  { additionalProperties: false },
)
const VerifyQuery = object(
  {
    expect: optional(
      string({
        maxLength: 90,
        description: 'A remembered position, SEQ:HASH, which the trail must still contain',
      }),
    ),
  },
  { additionalProperties: false },
)

interface AuditQuery extends Omit<TrailFilter, 'from' | 'to'> {
  readonly from?: string
  readonly to?: string
  readonly before?: number
  readonly cursor?: string
  readonly limit?: number
}

/** When a proof of this process last held, and when one last found a fault, in milliseconds; null if none has. */
export interface Proofs {
  okAt: number | null
  faultAt: number | null
}

/** The trail in pages, and its proof. */
export function trailRoutes(
  app: FastifyInstance,
  inventory: Inventory,
  { hooks }: PageTurns,
  closing: AbortSignal,
): Proofs {
  app.get<{ Querystring: AuditQuery }>(
    '/v1/audit',
    {
      ...hooks,
      schema: {
        operationId: 'audit',
        summary: 'The trail: every movement, in order, with the balances after it',
        querystring: AuditQuery,
        refusals: ['POSITION_AHEAD'],
        response: { 200: EntryPage },
      },
    },
    (request, reply) => {
      const { cursor, limit, before, from, to, ...others } = request.query
      const filter = { ...others, from: timeIn(from, 'from'), to: timeIn(to, 'to') }
      if (before !== undefined) {
        if (cursor !== undefined)
          throw new InvalidInputError('cursor and before exclude each other', { field: 'cursor' })
        return newestFirst(inventory, filter, before, limit, goneSignal(reply))
      }
      const after = cursor === undefined ? filter.after : positionOf(cursor)
      return entryPage(inventory, { ...filter, after }, limit, goneSignal(reply))
    },
  )

  const proofs: Proofs = { okAt: null, faultAt: null }
  const prove = async (wants: VerifyOptions): Promise<Verdict> => {
    const verdict = await inventory.verify(wants)
    proofs[verdict.ok ? 'okAt' : 'faultAt'] = Date.now()
    return verdict
  }
  let proving = false
  app.get<{ Querystring: { expect?: string } }>(
    '/v1/verify',
    {
      config: { need: 'admin' },
      schema: {
        operationId: 'verify',
        summary: 'Prove the trail: hashes, sums, balances, gaps. A fault is in the answer',
        querystring: VerifyQuery,
        response: { 200: VerdictShape },
        alsoAnswers: EVENT_STREAM,
      },
    },
    async (request, reply) => {
      const { expect } = request.query
      const remembered = expect === undefined ? undefined : positionAndHash(expect)
      // It reads the whole trail, so only one runs at a time.
      if (proving) throw new OperationalError('BUSY', 'a verify is running already')
      proving = true
      try {
        const signal = AbortSignal.any([closing, goneSignal(reply)])
        const wants = { expect: remembered, signal }
        if (request.headers.accept?.includes(EVENT_STREAM) !== true) return await prove(wants)
        return await proofEvents(reply, (onProgress) => prove({ ...wants, onProgress }))
      } finally {
        proving = false
      }
    },
  )
  return proofs
}

function timeIn(text: string | undefined, field: string): number | undefined {
  return text === undefined ? undefined : pointInTime(withPlus(text), field)
}

function positionAndHash(text: string): Remembered {
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? []
  if (seq === undefined || hash === undefined)
    throw new InvalidInputError('expect must be SEQ:HASH', { field: 'expect' })
  return { seq: Number(seq), hash }
}
