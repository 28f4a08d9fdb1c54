import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Command } from 'holdfast'
import { answerBytes } from './answer-bytes.ts'
import type { AnswerMemory, Keep } from './answer-memory.ts'
import { refusedShare } from './refused-share.ts'
import type { Shares } from './shares.ts'

/** Answers up to this size take no memory of others: as many as may be in flight have 128 MiB together. */
const SMALL_BYTES = 64 * 1024

type CommandsOf = (request: FastifyRequest) => readonly Command[] | null

/**
 * For routes of commands whose answers may be large: a request takes memory for the answers before the commands are
 * done. Otherwise small requests of a caller who reads nothing could fill the memory of the process.
 */
export class LargeAnswers {
  readonly #memory: AnswerMemory
  readonly #bodies: Shares
  readonly #kept = new WeakMap<FastifyReply, Keep>()

  constructor(memory: AnswerMemory, bodies: Shares) {
    this.#memory = memory
    this.#bodies = bodies
  }

  /** `commandsOf` is null for a request whose answer is a stream. */
  hooksFor(commandsOf: CommandsOf) {
    return {
      preHandler: async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
        const commands = commandsOf(request)
        const bytes = commands === null ? 0 : answerBytes(commands)
        if (bytes <= SMALL_BYTES) return
        const leave = this.#waitWithBody(request)
        try {
          this.#kept.set(reply, await this.#memory.takeFor(request, reply, bytes))
        } finally {
          leave()
        }
      },
      onSend: async (_request: FastifyRequest, reply: FastifyReply, payload: unknown) => {
        const keep = this.#kept.get(reply)
        if (keep === undefined || typeof payload !== 'string') return payload
        // As bytes: the connection would otherwise keep the text as well.
        const bytes = Buffer.from(payload)
        keep(bytes.length)
        return bytes
      },
    }
  }

  /** For the next lines of a stream: resolves with what gives it back. */
  async take(
    scope: string,
    commands: readonly Command[],
    signal: AbortSignal,
  ): Promise<() => void> {
    const bytes = answerBytes(commands)
    if (bytes <= SMALL_BYTES) return () => undefined
    const keep = await this.#memory.take(scope, bytes, signal)
    return () => keep(0)
  }

  /** What waits has been parsed, and counts as a body that is still arriving. @throws HttpProblem BUSY, RATE_LIMITED */
  #waitWithBody({ caller: { scope }, headers, routeOptions }: FastifyRequest): () => void {
    const bytes = Number(headers['content-length'] ?? routeOptions.bodyLimit)
    const taken = this.#bodies.take(scope, bytes)
    if (taken !== 'taken') throw refusedShare(taken, 'memory for bodies')
    return () => this.#bodies.give(scope, bytes)
  }
}
