import type { FastifyReply, FastifyRequest } from 'fastify'
import { LIMITS } from 'holdfast'
import { goneSignal } from '../routes/trail-filter.ts'
import type { PluginLimits } from './defaults.ts'
import { Shares } from './shares.ts'
import { WaitingLine } from './waiting-line.ts'

/** Pages that are read and serialized at once. With large entries each takes some 20 ms. */
const AT_ONCE = 8
const AT_ONCE_PER_TOKEN = 2
const JSON_TYPE = 'application/json; charset=utf-8'

type Limits = Pick<PluginLimits, 'pagesBytes' | 'pagesBytesPerToken' | 'pageTurnMs'>

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
 * A queue for large answers: few are made at once, and those that are not yet sent hold a bounded number of bytes. A
 * page counts as the largest one while it is made, then with its real size.
 */
export class PageTurns {
  readonly #memory: WaitingLine
  readonly #work: WaitingLine
  readonly #turnMs: number
  readonly #turns = new WeakMap<FastifyReply, Turn>()

  constructor({ pagesBytes, pagesBytesPerToken, pageTurnMs }: Limits) {
    const memory = new Shares(pagesBytes, pagesBytesPerToken)
    const work = new Shares(AT_ONCE, AT_ONCE_PER_TOKEN)
    this.#memory = new WaitingLine(memory, 'memory for pages')
    this.#work = new WaitingLine(work, 'turns to read a page')
    this.#turnMs = pageTurnMs
  }

  /** For a route that answers pages. @throws HttpProblem BUSY, RATE_LIMITED if it waits too long */
  readonly hooks: PageHooks = {
    preHandler: async (request, reply) => {
      const { scope } = request.caller
      const gone = goneSignal(reply)
      await this.#memory.take(scope, LIMITS.pageBytes, gone, this.#turnMs)
      let held: number = LIMITS.pageBytes
      const keep = (bytes: number): void => {
        if (bytes < held) this.#memory.give(scope, held - bytes)
        held = Math.min(held, bytes)
      }
      reply.raw.once('close', () => keep(0))
      try {
        await this.#work.take(scope, 1, gone, this.#turnMs)
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
