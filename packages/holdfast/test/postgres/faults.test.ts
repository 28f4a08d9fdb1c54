import { deepEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { underFaults, type Fault } from './support/faults.ts'
import { newSchema, server } from './support/place.ts'

const FAULTS: readonly Fault[] = [
  'stopped',
  'cut before COMMIT',
  'cut while COMMIT',
  'cut after COMMIT',
  'backends ended',
]

const SHOPS = [
  { who: 'two processes in turn', processes: 2, callers: 24, calls: 15, least: 300, calmMs: 400 },
  // So many that one batch is decided while another is in flight.
  {
    who: 'one process that goes ahead',
    processes: 1,
    callers: 400,
    calls: 4,
    least: 700,
    calmMs: 300,
  },
]

for (const { who, least, ...shop } of SHOPS)
  test(
    `PostgreSQL crashes, connections are cut around COMMIT, backends are ended: nothing is lost, nothing counts twice (${who})`,
    { skip: server === null && 'the server that DATABASE_URL names is not ours to stop' },
    async () => {
      const report = await underFaults(server!, newSchema(), { ...shop, seed: 1, faults: FAULTS })
      deepEqual(report.broken, [])
      ok(report.acknowledged > least, `${report.acknowledged} were acknowledged`)
      ok(report.bought > least / 8, `${report.bought} were bought`)
      // It was away for less than a second: callers waited, and got no error.
      deepEqual(report.failures, {})
    },
  )
