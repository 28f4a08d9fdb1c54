import { HttpServers, speedRow, waitRow } from '../measure/http.ts'
import { reserves, reservesWithKeys } from '../measure/http-client.ts'
import type { Line } from '../measure/line.ts'
import { atLeast } from '../measure/table.ts'

const CONNECTIONS = 64
/** So many that hundreds share a commit. */
const CROWD = 1000

/**
 * One command per request: against the same service as an echo, against the echo with three bare rows written first,
 * and against a bare server.
 */
export const httpSingle: Line = {
  name: 'http-single',
  async measure(bench) {
    const servers = await HttpServers.open(bench, ['inventory', 'echo', 'bare', 'fastify'])
    try {
      const title = `HTTP, a command a request, ${CONNECTIONS} connections`
      const crowded = `HTTP, a command a request, ${CROWD.toLocaleString('en')} connections`
      const plain = await servers.measure(reserves(20_000), CONNECTIONS)
      const keyed = await servers.measure(reservesWithKeys(20_000), CONNECTIONS)
      const crowd = await servers.measure(reserves(20_000), CROWD)
      const [ours, echo, bare, fastify] = [...plain.values()]
      const [oursCrowded, echoCrowded] = [...crowd.values()]
      const [oursKeyed, echoKeyed] = [...keyed.values()]
      return [
        speedRow(`${title}, echo`, ours!, echo!, atLeast(0.8)),
        speedRow(`${title}, echo that writes three bare rows`, ours!, bare!, atLeast(0.8)),
        speedRow(`${title}, three bare rows, echo`, bare!, echo!),
        speedRow(`${title}, a key each, echo`, oursKeyed!, echoKeyed!),
        speedRow(`${title}, bare Fastify`, ours!, fastify!, atLeast(0.8)),
        speedRow(`${crowded}, echo`, oursCrowded!, echoCrowded!, atLeast(0.8)),
        waitRow(`${title}, p50`, ours!, echo!, 0.5),
        waitRow(`${title}, p99`, ours!, echo!, 0.99),
      ]
    } finally {
      await servers.close()
    }
  },
}
