import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { PostingTable } from '../../test/support/posting-table.ts'
import { recordId, seqOf } from '../model/record-id.ts'
import type { Reservation, ReservationStatus } from '../model/reservation.ts'
import { dice, type Dice } from '../testing/dice.ts'
import { findHeld, type HeldSource } from './held.ts'
import { KIND } from './kinds.ts'
import { runNow } from './lists.ts'
import { LiveNumbers } from './live-numbers.ts'
import { CANDIDATES } from './records.ts'
import { BLOCK, Run } from './run.ts'

const KEY = 7
const WAY = { kind: KIND.reservationOfOwner, keys: [KEY] }
const OTHERS_KEY = 8

/** Reservations of an owner and of others, in runs of postings and after them. */
class Shop {
  seq = 0
  readonly table = new PostingTable()
  readonly #all = new Map<number, Reservation>()
  #live: LiveNumbers | null = null
  #run = new Run()
  #from = 0
  #tail: { readonly key: number; readonly found: number }[] = []
  /** How many reservations were looked at, and how often all holds were read. */
  looked = 0
  readings = 0

  constructor() {
    this.table.tail = {
      find: (_kind, keys) => this.#tail.flatMap(({ key, found }) => (keys.has(key) ? found : [])),
    }
  }

  make(owner: string, status: ReservationStatus = 'PENDING'): number {
    const seq = ++this.seq
    this.#all.set(seq, { id: recordId(seq, 1), owner, status } as Reservation)
    this.#post(owner, seq)
    return seq
  }

  change(seq: number, change: Partial<Reservation>): void {
    const { owner } = change
    this.seq++
    this.#all.set(seq, { ...this.#all.get(seq)!, ...change })
    if (typeof owner === 'string') this.#post(owner, seq)
  }

  /** Entries of which none is of a reservation. */
  pass(entries: number): void {
    this.seq += entries
  }

  /** Writes what was posted down. */
  endRun(): void {
    this.table.write(this.#from, this.#run.rows())
    this.#run = new Run()
    this.#tail = []
    this.#from = this.seq
  }

  holdsOf(owner: string): Reservation[] {
    return [...this.#all.values()].filter(isHoldOf(owner)).reverse()
  }

  find(limit = Infinity, isPosted = true): readonly Reservation[] {
    const source: HeldSource = {
      seq: this.seq,
      posted: isPosted ? this.table : null,
      records: (seqs) => {
        this.looked += seqs.length
        return seqs
          .flatMap((seq) => this.#all.get(seq) ?? [])
          .filter(({ status }) => status === 'PENDING')
      },
      walk: (before, most) => {
        const rows = [...this.#all.values()].filter(({ id }) => id < recordId(before, 0))
        this.looked += most
        return rows.reverse().slice(0, most)
      },
      live: this.#live,
      readLive: () => {
        this.readings++
        const waiting = [...this.#all].filter(([, { status }]) => status === 'PENDING')
        this.#live = new LiveNumbers(Float64Array.from(waiting, ([seq]) => seq).sort(), this.seq)
        return this.#live
      },
    }
    this.looked = 0
    return runNow(findHeld(source, { way: WAY, limit, matches: isHoldOf('ann') }))
  }

  #post(owner: string, seq: number): void {
    const key = owner === 'ann' ? KEY : OTHERS_KEY
    this.#run.post(KIND.reservationOfOwner, key, seq)
    this.#tail.push({ key, found: seq })
  }
}

function isHoldOf(owner: string): (one: Reservation) => boolean {
  return (one) => one.owner === owner && one.status === 'PENDING'
}

test('of an owner who bought a lot, what was bought is passed over and all holds are found', () => {
  const shop = new Shop()
  const old = shop.make('ann')
  const given = shop.make('bob')
  for (let count = 0; count < 30_000; count++) shop.make('ann', 'CONFIRMED')
  for (let count = 0; count < 3000; count++) shop.make('bob')
  shop.endRun()
  deepEqual(shop.find(), shop.holdsOf('ann'))
  equal(shop.readings, 1)
  ok(shop.looked <= CANDIDATES + 10)

  // From now on as few are looked at as changed.
  shop.change(given, { owner: 'ann' })
  const gone = shop.make('ann')
  for (let count = 0; count < 500; count++) shop.make('ann', 'SHIPPED')
  shop.change(gone, { status: 'RELEASED' })
  shop.make('ann')
  deepEqual(shop.find(), shop.holdsOf('ann'))
  ok(shop.looked <= 510, `${shop.looked} were looked at`)
  deepEqual(shop.find(), shop.holdsOf('ann'))
  ok(shop.looked <= 5, `${shop.looked} were looked at once more`)
  shop.change(old, { status: 'EXPIRED' })
  deepEqual(shop.find(1), shop.holdsOf('ann').slice(0, 1))
  equal(shop.readings, 1)

  // All holds are read again once the shop has gone on for long.
  shop.pass(3 * BLOCK)
  for (let count = 0; count < CANDIDATES + 1; count++) shop.make('ann', 'CANCELLED')
  shop.make('ann')
  deepEqual(shop.find(), shop.holdsOf('ann'))
  equal(shop.readings, 2)
})

test('blocks in which no hold waits are not unpacked', () => {
  const shop = new Shop()
  shop.make('ann')
  for (let block = 0; block < 6; block++) {
    for (let count = 0; count < 2000; count++) shop.make('ann', 'CONFIRMED')
    shop.endRun()
    shop.pass(BLOCK)
  }
  shop.find()
  const { table } = shop
  const read = table.postings.bind(table)
  let unpacked = 0
  table.postings = (...asked) =>
    read(...asked).map((rows) =>
      rows.map((row) => ({
        ...row,
        get seqs() {
          unpacked++
          return row.seqs
        },
      })),
    )
  deepEqual(shop.find(), shop.holdsOf('ann'))
  // The first one of them all, and the newest, of which less is known.
  ok(unpacked < 6, `${unpacked} rows were unpacked`)
})

test('whatever happens to holds, those are found that are', () => {
  for (let seed = 1; seed <= 5; seed++) {
    const d = dice(seed)
    const shop = new Shop()
    for (let count = 0; count < CANDIDATES + 500; count++) shop.make('ann', randomStatus(d))
    for (let step = 0; step < 60; step++) {
      for (let count = d.below(9); count > 0; count--) shop.make(d.pick(['ann', 'bob']))
      const holds = [...shop.holdsOf('ann'), ...shop.holdsOf('bob')]
      for (let count = d.below(9); count > 0 && holds.length > 0; count--) {
        const [hold] = holds.splice(d.below(holds.length), 1)
        shop.change(
          seqOf(hold!.id),
          d.chance(50) ? { status: 'EXPIRED' } : { owner: d.pick(['ann', 'bob']) },
        )
      }
      if (d.chance(20)) shop.endRun()
      if (d.chance(10)) shop.pass(d.below(BLOCK))
      const limit = d.pick([Infinity, 3])
      const isPosted = !d.chance(10)
      deepEqual(shop.find(limit, isPosted), shop.holdsOf('ann').slice(0, limit), `seed ${seed}`)
    }
  }
})

function randomStatus(d: Dice): ReservationStatus {
  return d.chance(1) ? 'PENDING' : d.pick(['CONFIRMED', 'RELEASED'])
}
