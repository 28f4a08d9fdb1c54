import { deepEqual, fail, ok } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { dice } from '../../src/testing/dice.ts'
import { LONG } from '../support/long.ts'
import { cuts, cutsAt, record, type Cut, type End } from './support/power-cut.ts'
import { STRACE } from './support/strace.ts'

// For thousands: `npm run stress -- power-cut --states 3000`
const STATES = LONG ? 40 : 20
const skip = STRACE ? false : 'strace is not installed'

test(
  `after a power cut at ${STATES} moments all that was acknowledged is there`,
  { skip },
  async () => {
    for await (const cut of cutPower({}, STATES, 'kill', 'power cut', 'close')) {
      deepEqual(cut.broken, [], `after event ${cut.after}, unsynced writes kept: ${cut.fate}`)
    }
  },
)

test('after a power cut while postings are written, too', { skip }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-power-'))
  const found: Cut[] = []
  try {
    const recording = await record(folder, ['close'], {}, true)
    for await (const cut of cuts(recording, STATES / 2, 5)) found.push(cut)
  } finally {
    rmSync(folder, { recursive: true })
  }
  deepEqual(
    found.flatMap(({ broken }) => broken),
    [],
  )
  ok(
    found.some(({ isInRun }) => isInRun),
    'no cut was in the middle of a run',
  )
})

test(
  'what a killed process had not synced is on disk before the next one reports it',
  { skip },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-power-'))
    const readers: DatabaseSync[] = []
    try {
      // The second life never syncs, as if it had been killed before that.
      const recording = await record(folder, ['close', 'kill', 'close'], (life) => {
        if (life !== 1) return {}
        // A permanent reader: the log cannot be checkpointed, which would sync it too.
        const reader = new DatabaseSync(join(folder, 'shop.db'))
        reader.exec('BEGIN; SELECT count(*) FROM sqlite_schema')
        readers.push(reader)
        return { synchronous: 'OFF', wal_autocheckpoint: '0' }
      })
      const reopened = recording.events.findLastIndex((event) => 'life' in event)
      const told = recording.events.findIndex(
        (event, index) => index > reopened && 'noted' in event && event.noted.includes('"head"'),
      )
      ok(told > reopened, 'nothing was told')
      const moment = { after: told + 1, fate: 'none' } as const
      const found: Cut[] = []
      for await (const cut of cutsAt(recording, [moment], dice(1))) found.push(cut)
      deepEqual(
        found.map(({ broken }) => broken),
        [[]],
      )
    } finally {
      for (const reader of readers) reader.close()
      rmSync(folder, { recursive: true })
    }
  },
)

test('and a store that does not wait for the disk is detected', { skip }, async () => {
  for await (const { broken } of cutPower({ synchronous: 'NORMAL' }, 30, 'kill'))
    if (broken.length > 0) return
  fail('the test tests nothing')
})

async function* cutPower(
  pragmas: Record<string, string>,
  states: number,
  ...lives: End[]
): AsyncGenerator<Cut> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-power-'))
  try {
    yield* cuts(await record(folder, lives, pragmas), states, 5)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
