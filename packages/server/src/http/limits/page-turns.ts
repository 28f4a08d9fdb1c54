import type { FastifyReply, FastifyRequest } from 'fastify'
import { goneSignal } from '../routes/trail-filter.ts'
import type { PluginLimits } from './defaults.ts'
import { Shares } from './shares.ts'
import { WaitingLine } from './waiting-line.ts'

/** What a page may have: as many bytes of entries, and what stands around them. */
const LARGEST_PAGE = 1_048_576
/** Pages that are read and written down at once; each is some 20 ms of work where its entries are large. */
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
 * Large answers wait for one another: few are made at once, and what was made and is not yet taken holds
 * no more than so many bytes. While it is made a page counts for the largest, then for what it has.
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

  /** For a route that answers pages. Waiting for its turn it throws HttpProblem BUSY, RATE_LIMITED. */
  readonly hooks: PageHooks = {
    preHandler: async (request, reply) => {
      const { scope } = request.caller
      const gone = goneSignal(reply)
      await this.#memory.take(scope, LARGEST_PAGE, gone, this.#turnMs)
      let held = LARGEST_PAGE
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
      // Bytes at once: the connection would keep the text beside them.
      const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload
      turn.written(Buffer.isBuffer(bytes) ? bytes.length : 0)
      return bytes
    },
  }

  /** Does a piece of such work when its turn has come, for a stream: it waits as long as it takes. */
  async inTurn<T>(scope: string, over: AbortSignal, work: () => Promise<T>): Promise<T> {
    await this.#work.take(scope, 1, over, null)
    try {
      return await work()
    } finally {
      this.#work.give(scope, 1)
    }
  }
}

/** A problem is text already. */
function asJson(payload: unknown): string {
  return typeof payload === 'string' ? payload : JSON.stringify(payload)
}
