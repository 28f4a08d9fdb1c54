import type { FastifyReply, FastifyRequest } from 'fastify'
import { goneSignal } from './gone-signal.ts'
import type { PluginLimits } from './defaults.ts'
import { Shares } from './shares.ts'
import { WaitingLine } from './waiting-line.ts'

type Limits = Pick<PluginLimits, 'answersBytes' | 'answersBytesPerToken' | 'answerTurnMs'>

/** Says how many bytes the answer really has. */
export type Keep = (bytes: number) => void

/**
 * Memory for large answers that are not yet sent, bounded for all together and for each token. An answer counts as it is
 * expected until it is written, then with its real size, until it is sent.
 */
export class AnswerMemory {
  readonly waitMs: number
  readonly #most: number
  readonly #line: WaitingLine

  constructor({ answersBytes, answersBytesPerToken, answerTurnMs }: Limits) {
    this.waitMs = answerTurnMs
    this.#most = Math.min(answersBytes, answersBytesPerToken)
    this.#line = new WaitingLine(
      new Shares(answersBytes, answersBytesPerToken),
      'memory for answers',
    )
  }

  /** For a stream, which waits as long as it must. @throws the signal's reason if it aborts first */
  async take(scope: string, expected: number, signal: AbortSignal): Promise<Keep> {
    return await this.#take(scope, expected, signal, null)
  }

  /** Given back when the answer is sent, or its reader has left. @throws HttpProblem BUSY, RATE_LIMITED if it waits too long */
  async takeFor(request: FastifyRequest, reply: FastifyReply, expected: number): Promise<Keep> {
    const gone = goneSignal(reply)
    const keep = await this.#take(request.caller.scope, expected, gone, this.waitMs)
    // With a connection all of its requests close, and one that was waiting may get what another gave back just before.
    if (gone.aborted) {
      keep(0)
      throw gone.reason as Error
    }
    let isSent = false
    reply.raw.once('close', () => {
      keep(0)
      isSent = true
    })
    return (bytes) => {
      if (!isSent) keep(bytes)
    }
  }

  async #take(
    scope: string,
    expected: number,
    signal: AbortSignal,
    mostMs: number | null,
  ): Promise<Keep> {
    let held = Math.min(expected, this.#most)
    await this.#line.take(scope, held, signal, mostMs)
    return (bytes) => {
      if (bytes > held) this.#line.owe(scope, bytes - held)
      else if (bytes < held) this.#line.give(scope, held - bytes)
      held = bytes
    }
  }
}
