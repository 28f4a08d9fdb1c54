import { setTimeout as pause } from 'node:timers/promises'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Command } from 'holdfast'
import { HttpProblem } from '../problems/http-problem.ts'
import { Buckets } from './bucket.ts'
import { ALONE } from './shares.ts'

/** A stream that has used up its rate waits at least this long: commands that come together go together. */
const LEAST_PAUSE_MS = 50

/**
 * So many commands of one caller a second, and as many at once; a read counts as one. What a list has more
 * than one is known when it was read: it is done, and waited for afterwards, so that a list may be longer
 * than a second allows. Counted by this process alone.
 */
export function limitRate(app: FastifyInstance, perSecond: number): void {
  app.decorateRequest('rate', null)
  if (perSecond === 0) return
  const buckets = new Buckets(perSecond, perSecond)
  app.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, done) => {
    if (request.routeOptions.config.need === 'open') {
      done()
      return
    }
    const key = request.caller.scope === ALONE ? request.ip : request.caller.scope
    const rate = new Rate(buckets, key)
    const waitS = buckets.take(key)
    request.rate = rate
    rate.tell(reply)
    void reply.header('ratelimit-limit', String(perSecond))
    done(waitS === 0 ? undefined : limited(waitS))
  })
}

/** What one caller may still do. */
export class Rate {
  readonly #buckets: Buckets
  readonly #key: string

  constructor(buckets: Buckets, key: string) {
    this.#buckets = buckets
    this.#key = key
  }

  /** For a list whose request was counted as one command already. */
  count(commands: readonly Command[], reply: FastifyReply): void {
    let weight = 0
    for (const command of commands) weight += weightOf(command)
    this.#buckets.owe(this.#key, Math.max(0, weight - 1))
    this.tell(reply)
  }

  /**
   * How many of these may go now, from the first: at least one. Waits until one may, so that a stream
   * is read as fast as its caller's rate, and nothing of it is refused.
   */
  async helping(of: readonly { readonly weight: number }[], signal: AbortSignal): Promise<number> {
    for (let waitS: number; (waitS = this.#buckets.wait(this.#key)) > 0;)
      await pause(Math.max(LEAST_PAUSE_MS, waitS * 1000), undefined, { signal })
    const left = this.#buckets.left(this.#key)
    let count = 0
    let used = 0
    for (const { weight } of of) {
      if (count > 0 && used + weight > left) break
      used += weight
      count++
    }
    this.#buckets.owe(this.#key, used)
    return count
  }

  tell(reply: FastifyReply): void {
    void reply.header('ratelimit-remaining', String(this.#buckets.left(this.#key)))
  }
}

/** What a command holds counts, not how it is wrapped. */
export function weightOf(command: Command): number {
  return command.verb === 'atomically' ? Math.max(1, command.commands.length) : 1
}

/** Wrong tokens from one address: twenty, then one a second; the others are told to wait. */
export function guessLimit(): (ip: string) => void {
  const guesses = new Buckets(1, 20)
  return (ip) => {
    if (guesses.take(ip) > 0) throw limited(1)
  }
}

function limited(waitS: number): HttpProblem {
  const seconds = Math.ceil(waitS)
  return new HttpProblem('RATE_LIMITED', `wait for ${seconds} s`, {
    headers: { 'retry-after': String(seconds) },
  })
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Null where no rate is set. */
    rate: Rate | null
  }
}
