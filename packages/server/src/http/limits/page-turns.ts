import type { FastifyReply, FastifyRequest } from 'fastify'
import { LIMITS } from 'holdfast'
import { goneSignal } from './gone-signal.ts'
import type { AnswerMemory } from './answer-memory.ts'
import { Shares } from './shares.ts'
import { WaitingLine } from './waiting-line.ts'

/** Pages that are read and serialized at once. With large entries each takes some 20 ms. */
const AT_ONCE = 8
const AT_ONCE_PER_TOKEN = 2
const JSON_TYPE = 'application/json; charset=utf-8'

interface PageHooks {
  readonly preHandler: (request: FastifyRequest, reply: FastifyReply) => Promise<void>
  readonly onSend: (
    request: FastifyRequest,
    reply: FastifyReply,
    payload: unknown,
  ) => Promise<unknown>
}

interface Turn {
  readonly written: (bytes: number) => void
}

/**
 * A queue for pages: few are made at once, and those that are not yet sent hold a bounded number of bytes.
 */
export class PageTurns {
  readonly #memory: AnswerMemory
  readonly #work: WaitingLine
  readonly #turns = new WeakMap<FastifyReply, Turn>()

  constructor(memory: AnswerMemory) {
    const work = new Shares(AT_ONCE, AT_ONCE_PER_TOKEN)
    this.#memory = memory
    this.#work = new WaitingLine(work, 'turns to read a page')
  }

  /** For a route that answers pages. @throws HttpProblem BUSY, RATE_LIMITED if it waits too long */
  readonly hooks: PageHooks = {
    preHandler: async (request, reply) => {
      const { scope } = request.caller
      const keep = await this.#memory.takeFor(request, reply, LIMITS.pageBytes)
      try {
        await this.#work.take(scope, 1, goneSignal(reply), this.#memory.waitMs)
      } catch (error) {
        keep(0)
        throw error
      }
      let isWorking = true
      const stopWorking = (): void => {
        if (isWorking) this.#work.give(scope, 1)
        isWorking = false
      }
      this.#turns.set(reply, {
        written: (bytes) => {
          keep(bytes)
          stopWorking()
        },
      })
      reply.type(JSON_TYPE).serializer(asJson)
    },
    onSend: async (_request, reply, payload) => {
      const turn = this.#turns.get(reply)
      if (turn === undefined) return payload
      // As bytes: the connection would otherwise keep the text as well.
      const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload
      turn.written(Buffer.isBuffer(bytes) ? bytes.length : 0)
      return bytes
    },
  }

  /** The same for a stream, which waits for its turn without a limit. */
  async inTurn<T>(scope: string, over: AbortSignal, work: () => Promise<T>): Promise<T> {
    await this.#work.take(scope, 1, over, null)
    try {
      return await work()
    } finally {
      this.#work.give(scope, 1)
    }
  }
}

/** A problem is already text. */
function asJson(payload: unknown): string {
  return typeof payload === 'string' ? payload : JSON.stringify(payload)
}
