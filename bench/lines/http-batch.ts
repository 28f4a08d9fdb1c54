import { HttpServers, speedRow } from '../measure/http.ts'
import { batches } from '../measure/http-client.ts'
import type { Line } from '../measure/line.ts'
import { atLeast, type Row } from '../measure/table.ts'

const CONNECTIONS = 8
const GOAL = 50_000

/** Lists of commands, against the same service echoing them. */
export const httpBatch: Line = {
  name: 'http-batch',
  async measure(bench) {
    const servers = await HttpServers.open(bench, ['inventory', 'echo'])
    const rows: Row[] = []
    try {
      for (const size of [10, 100, 1000]) {
        const figures = await servers.measure(batches(40, size), CONNECTIONS, size)
        const [ours, echo] = [...figures.values()]
        const title = `HTTP, ${size.toLocaleString('en')} commands a request, ${CONNECTIONS} connections`
        const row = speedRow(title, ours!, echo!, null, size)
        // The goal is a speed, not a ratio: 1,000 commands is the most that one request may contain.
        if (size < 1000) rows.push(row)
        else rows.push({ ...row, ratio: null, goal: atLeast(GOAL) })
      }
      return rows
    } finally {
      await servers.close()
    }
  },
}
