import { setTimeout as pause } from 'node:timers/promises'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Command, ListedCommand } from 'holdfast'
import { COMMANDS } from 'holdfast/model'
import { HttpProblem } from '../problems/http-problem.ts'
import { Buckets } from './bucket.ts'
import { ALONE } from './shares.ts'

/** How long a stream that has used up its rate waits at least, so that its next commands go together. */
const LEAST_PAUSE_MS = 50

/**
 * Commands per second of one caller, and a burst of the same size; a read counts as one. The length of a list is known
 * only when it has been read: it is executed, and the caller's next requests wait, so a list may be longer than a
 * second allows. Each process counts for itself.
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

/** How much of its rate a caller has left. */
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
   * A command about all holds of an owner or a group counts as one for each hold that it changed. How many those are is
   * known from its answer, so the caller's next requests wait, as after a list.
   */
  countChanged(commands: readonly Command[], answers: readonly unknown[]): void {
    let more = 0
    for (const [index, command] of commands.entries()) more += moreThanOne(command, answers[index])
    this.#buckets.owe(this.#key, more)
  }

  /**
   * How many of these commands may be executed now, at least one. Waits until one may: a stream is read at its
   * caller's rate, and none of its commands is refused.
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

/** Counts the commands inside `atomically`. */
export function weightOf(command: Command): number {
  return command.verb === 'atomically' ? Math.max(1, command.commands.length) : 1
}

/** How many holds a command changed beyond the one that it was counted as. */
function moreThanOne(command: Command | ListedCommand, answer: unknown): number {
  if (command.verb === 'atomically') {
    const { answers = [] } = answer as { answers?: readonly unknown[] }
    return command.commands.reduce((sum, one, index) => sum + moreThanOne(one, answers[index]), 0)
  }
  if (COMMANDS[command.verb].answers !== 'changed') return 0
  const { reservations = [] } = answer as { reservations?: readonly unknown[] }
  return Math.max(0, reservations.length - 1)
}

/** Allows twenty wrong tokens from one address, then one per second. */
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
    /** Null if there is no limit. */
    rate: Rate | null
  }
}
