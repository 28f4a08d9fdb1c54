import type { Line } from '../bench.ts'
import { reserves, reservesWithKeys } from '../http/requests.ts'
import { speedRow, Turns, waitRow } from '../http/turns.ts'
import { atLeast } from '../row.ts'

const CONNECTIONS = 64
/** So many that hundreds share a commit. */
const CROWD = 1000

/**
 * One command per request, against the same service echoing it, against that with three bare rows written
 * before, and against a bare server.
 */
export const httpSingle: Line = {
  name: 'http-single',
  async measure(bench) {
    const turns = await Turns.open(bench, ['inventory', 'echo', 'bare', 'fastify'])
    try {
      const title = `HTTP, a command a request, ${CONNECTIONS} connections`
      const plain = await turns.take(reserves(20_000), CONNECTIONS)
      const keyed = await turns.take(reservesWithKeys(20_000), CONNECTIONS)
      const crowd = await turns.take(reserves(20_000), CROWD)
      const [ours, echo, bare, fastify] = [...plain.values()]
      const [oursCrowded, echoCrowded] = [...crowd.values()]
      const [oursKeyed, echoKeyed] = [...keyed.values()]
      return [
        speedRow(`${title}, echo`, ours!, echo!, 1, atLeast(0.8)),
        speedRow(`${title}, echo that writes three bare rows`, ours!, bare!, 1, atLeast(0.8)),
        speedRow(`${title}, three bare rows, echo`, bare!, echo!, 1, null),
        speedRow(`${title}, a key each, echo`, oursKeyed!, echoKeyed!, 1, null),
        speedRow(`${title}, bare Fastify`, ours!, fastify!, 1, atLeast(0.8)),
        speedRow(
          `HTTP, a command a request, ${CROWD.toLocaleString('en')} connections, echo`,
          oursCrowded!,
          echoCrowded!,
          1,
          atLeast(0.8),
        ),
        waitRow(`${title}, p50`, ours!, echo!, 0.5),
        waitRow(`${title}, p99`, ours!, echo!, 0.99),
      ]
    } finally {
      await turns.close()
    }
  },
}
