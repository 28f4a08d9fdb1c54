import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { AuditEntry } from '../../model/audit-entry.ts'
import { CarriedFailed, StoreFailure } from '../../store/failure.ts'
import type { Move, Reader, Writer } from '../../store/store.ts'
import { dice } from '../../testing/dice.ts'
import { EntryAlso } from '../also/also.ts'
import { EntryFailed, Progress } from './progress.ts'

/** The position of one consumer, and the rows that were written with it. */
class Table {
  seq: number | null = null
  readonly rows: number[] = []

  move({ from, to, carried }: Move): boolean {
    if (this.seq !== from) return false
    this.seq = to
    for (const { statements } of carried)
      for (const { values } of statements) this.rows.push(values[0] as number)
    return true
  }
}

const MODES = ['ends', 'is refused', 'is lost', 'is lost late', 'fails', 'fails somewhere'] as const
type Mode = (typeof MODES)[number]

function failure(outcome: 'unknown' | 'not-committed', isLostInCarried = false): StoreFailure {
  const made = new StoreFailure('away', { outcome, retriable: true })
  made.isLostInCarried = isLostInCarried
  return made
}

function failed(place: number | null, cause = new Error('no')): CarriedFailed {
  const fault = { statement: 0, sqlState: '23505', cause, tookTooLong: false }
  return new CarriedFailed(place === null ? [] : [{ ...fault, place }], cause)
}

/** A consumer's progress on a table, whose moves end as `mode` says. */
function progressOn(table: Table, mode: (move: Move) => Mode): Progress {
  const late: Move[] = []
  const writer = {
    movePosition: async (move: Move) => {
      // What was lost on its way comes at last.
      for (const one of late.splice(0)) table.move(one)
      const { length } = move.carried
      switch (length === 0 ? 'ends' : mode(move)) {
        case 'is refused':
          throw failure('not-committed')
        case 'is lost':
          table.move(move)
          throw failure('unknown', true)
        case 'is lost late':
          late.push(move)
          throw failure('unknown')
        case 'fails':
          throw failed(length - 1)
        case 'fails somewhere':
          throw failed(length === 1 ? 0 : null)
        default:
          return table.move(move)
      }
    },
  } as unknown as Writer
  const reader = {
    positions: async () => (table.seq === null ? [] : [{ name: 'c', seq: table.seq }]),
    head: async () => ({ seq: table.seq ?? 0 }),
  } as unknown as Reader
  return new Progress(reader, writer, { name: 'c', from: 0 })
}

const entry = (seq: number) => ({ seq }) as AuditEntry

function handle(progress: Progress, seq: number): boolean {
  const also = new EntryAlso()
  if (seq % 5 !== 0) also.add({ text: 'INSERT', values: [seq] })
  return progress.handled(seq - 1, entry(seq), also)
}

const rowsUpTo = (last: number) =>
  Array.from({ length: last }, (_, index) => index + 1).filter((seq) => seq % 5 !== 0)

/** Handles up to ten entries and stores them; what it is told is no matter here. */
async function page(progress: Progress, last: number): Promise<void> {
  try {
    await progress.save()
    for (let left = 10; left > 0 && progress.position < last; left--) {
      if (!handle(progress, progress.position + 1)) return
      if (progress.isDue && !(await progress.save())) return
    }
    await progress.save()
  } catch (error) {
    ok(error instanceof StoreFailure || error instanceof EntryFailed, String(error))
  }
}

for (const seed of [1, 2, 3])
  test(`whatever becomes of a move, each row is written once (seed ${seed})`, async () => {
    const draw = dice(seed)
    const table = new Table()
    const last = 1000
    const mode = (): Mode => (draw.below(3) > 0 ? 'ends' : MODES[draw.below(MODES.length)]!)
    const both = [progressOn(table, mode), progressOn(table, mode)]
    for (const one of both) await one.read()
    for (let turn = 0; table.seq! < last; turn++) {
      ok(turn < 10_000, `it stands at ${table.seq}`)
      const before = table.seq!
      const [one, other] = draw.below(4) === 0 ? both : [both[draw.below(2)]!]
      await Promise.all([page(one!, last), other === undefined ? null : page(other, last)])
      ok(table.seq! >= before, 'it went back')
    }
    deepEqual(table.rows, rowsUpTo(last))
  })

test('a failed entry keeps back those behind it, and stores those before it', async () => {
  const table = new Table()
  let isFixed = false
  const moves: number[] = []
  const progress = progressOn(table, ({ to, carried }) => {
    moves.push(to!)
    if (isFixed) return 'ends'
    const seqs = carried.flatMap(({ statements }) => statements.map(({ values }) => values[0]))
    return seqs.includes(7) ? 'fails somewhere' : 'ends'
  })
  await progress.read()
  for (let seq = 1; seq <= 10; seq++) ok(handle(progress, seq))
  await progress.save().then(
    () => ok(false),
    (error: unknown) => {
      ok(error instanceof EntryFailed)
      deepEqual([error.entry.seq, error.reason.details.sqlState], [7, '23505'])
    },
  )
  deepEqual([table.seq, progress.position, table.rows], [6, 6, rowsUpTo(6)])
  // The handler that was at work on the next one meanwhile does not count.
  equal(handle(progress, 11), false)
  isFixed = true
  ok(handle(progress, 7))
  equal(progress.isDue, true)
  ok(await progress.save())
  for (let seq = 8; seq <= 10; seq++) ok(handle(progress, seq))
  equal(progress.isDue, false)
  ok(await progress.save())
  deepEqual([table.seq, table.rows], [10, rowsUpTo(10)])
})
