import { deepEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { underFaults, type Fault } from './faults.ts'
import { newSchema, server } from './place.ts'

const FAULTS: readonly Fault[] = [
  'stopped',
  'cut before COMMIT',
  'cut while COMMIT',
  'cut after COMMIT',
  'backends ended',
]

test(
  'PostgreSQL crashes, connections are cut around COMMIT, backends are ended: nothing is lost, nothing counts twice',
  { skip: server === null && 'the server that DATABASE_URL names is not ours to stop' },
  async () => {
    const shop = { seed: 1, processes: 2, callers: 24, calls: 60 }
    const report = await underFaults(server!, newSchema(), { ...shop, faults: FAULTS })
    deepEqual(report.broken, [])
    ok(report.acknowledged > 1_500, `${report.acknowledged} were acknowledged`)
    // It was away for less than a second: callers waited, and heard nothing of it.
    deepEqual(report.failures, {})
  },
)
