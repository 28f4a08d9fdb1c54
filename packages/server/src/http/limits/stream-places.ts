import type { FastifyReply, FastifyRequest } from 'fastify'
import { refusedShare } from './refused-share.ts'
import { Shares } from './shares.ts'

/** Limits the open streams of one kind, in all and per token. */
export class StreamPlaces {
  readonly #places: Shares
  readonly #what: string

  constructor(what: string, most: number, mostPerToken: number) {
    this.#what = what
    this.#places = new Shares(most, mostPerToken)
  }

  get open(): number {
    return this.#places.taken
  }

  /**
   * From now on counts the request as a stream instead of a request, until it is closed.
   * @throws HttpProblem BUSY, RATE_LIMITED
   */
  enter(request: FastifyRequest, reply: FastifyReply): void {
    const { scope } = request.caller
    const taken = this.#places.take(scope)
    if (taken !== 'taken') throw refusedShare(taken, this.#what)
    request.leavePlace?.()
    reply.raw.once('close', () => this.#places.give(scope))
  }
}
