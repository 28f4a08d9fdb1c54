import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify'
import { HttpProblem } from '../problems/http-problem.ts'
import { Buckets } from './bucket.ts'

/** Requests of one caller: so many a second, twice as many at once. Says how many are left. */
export function rateLimit(perSecond: number): onRequestHookHandler {
  const burst = perSecond * 2
  const buckets = new Buckets(perSecond, burst)
  return (request: FastifyRequest, reply: FastifyReply, done) => {
    if (request.routeOptions.config.need === 'open') {
      done()
      return
    }
    const key = request.caller.scope === 'local' ? request.ip : request.caller.scope
    const waitS = buckets.take(key)
    void reply
      .header('ratelimit-limit', String(burst))
      .header('ratelimit-remaining', String(buckets.left(key)))
    done(waitS === 0 ? undefined : limited(waitS))
  }
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
