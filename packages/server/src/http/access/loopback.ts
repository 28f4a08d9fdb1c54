import { BlockList, isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'
import { HttpProblem } from '../problems/http-problem.ts'

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4')
LOOPBACK.addAddress('::1', 'ipv6')

/** Whether only this machine can reach an address. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '')
  const version = isIP(bare)
  if (version === 0) return bare === 'localhost'
  return LOOPBACK.check(bare, version === 4 ? 'ipv4' : 'ipv6')
}

/**
 * Without tokens, other pages in a browser on the same machine must not reach the service. A page whose own name
 * resolves to 127.0.0.1 sends that name as `Host`, and a page that posts across sites sends its `Origin`. Both are
 * refused. Programs send our name, and no origin.
 */
export class SameMachine {
  readonly #names: ReadonlySet<string>
  /** The last host that was accepted; nearly always the next one too. */
  #last: string | null = null

  constructor(allowedHosts: readonly string[]) {
    this.#names = new Set(allowedHosts.map((host) => host.toLowerCase()))
  }

  /** @throws HttpProblem UNKNOWN_HOST, FOREIGN_PAGE */
  check(request: FastifyRequest): void {
    const { host = '', origin, 'sec-fetch-site': site } = request.headers
    if (host !== this.#last) {
      if (!this.#isOurs(nameOf(host)))
        throw new HttpProblem('UNKNOWN_HOST', 'this service does not answer to that Host')
      this.#last = host
    }
    const isOwnPage = origin === undefined || origin === `http://${host}`
    if (!isOwnPage || site === 'cross-site' || site === 'same-site') {
      throw new HttpProblem('FOREIGN_PAGE')
    }
  }

  #isOurs(name: string): boolean {
    return isLoopback(name) || this.#names.has(name)
  }
}

/** The host without its port. */
function nameOf(host: string): string {
  return host.replace(/:\d*$/, '').toLowerCase()
}
