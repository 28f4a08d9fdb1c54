/** A bug that somebody could write, and the test that must turn red. */
export interface Bug {
  readonly name: string
  /** In `packages/holdfast/`; `from` stands in it exactly once. */
  readonly file: string
  readonly from: string
  readonly to: string
  /** In `packages/holdfast/`, and the beginning of a test's name in it. */
  readonly test: string
  readonly red: string
  /** What that test needs, where not every machine has it. */
  readonly needs?: 'strace'
}

const KILL = {
  test: 'test/crash/kill.test.ts',
  red: 'killed 5 times under load, it loses nothing acknowledged',
} as const
const POWER_CUT = {
  test: 'test/crash/power-cut.test.ts',
  red: 'after a power cut at',
  needs: 'strace',
} as const
const FAULTS = {
  test: 'test/faults.test.ts',
  red: 'under commits that fail in every way nothing is lost',
} as const

export const BUGS: readonly Bug[] = [
  {
    name: 'acknowledged before the commit',
    file: 'src/engine/line.ts',
    from: 'const done = this.#options.writer.commit(commit).then(',
    to: 'this.#answer(batch, items)\n    const done = this.#options.writer.commit(commit).then(',
    ...FAULTS,
  },
  {
    name: 'the disk is not waited for (synchronous = NORMAL)',
    file: 'src/store/sqlite/connection.ts',
    from: 'PRAGMA synchronous = FULL',
    to: 'PRAGMA synchronous = NORMAL',
    ...POWER_CUT,
  },
  {
    name: 'nor at all (synchronous = OFF)',
    file: 'src/store/sqlite/connection.ts',
    from: 'PRAGMA synchronous = FULL',
    to: 'PRAGMA synchronous = OFF',
    ...POWER_CUT,
  },
  {
    name: 'an unknown commit called a failed one',
    file: 'src/engine/line.ts',
    from: "failure.outcome === 'unknown' && !failure.fatal ? await this.#search(commit) : false",
    to: 'false',
    ...FAULTS,
  },
  {
    name: 'idempotency keys not stored with their effect',
    file: 'src/engine/seal.ts',
    from: 'keys: [...batch.keys.values()],',
    to: 'keys: [],',
    ...KILL,
  },
  {
    name: 'idempotency keys in a transaction of their own',
    file: 'src/store/sqlite/commit.ts',
    from: '    this.#keys.write(packed)\n',
    to: '    queueMicrotask(() => this.#keys.write(packed))\n',
    ...POWER_CUT,
  },
  {
    name: 'an idempotency key answers any command',
    file: 'src/engine/batch.ts',
    from: 'if (known.fingerprint !== fingerprint) {',
    to: 'if (known.fingerprint === "") {',
    test: 'test/model.test.ts',
    red: 'memory does what the model says',
  },
  {
    name: '< for <= in expiry',
    file: 'src/domain/reservation.ts',
    from: 'now > reservation.expiresAt',
    to: 'now >= reservation.expiresAt',
    test: 'src/domain/expiry.test.ts',
    red: 'a hold counts',
  },
  {
    name: 'an expired hold that nobody wrote down can be confirmed',
    file: 'src/domain/verbs/place.ts',
    from: 'const now = asOf(found, books.now).status',
    to: 'const now = asOf(found, 0).status',
    test: 'src/domain/expiry.test.ts',
    red: 'one later it does not',
  },
  {
    name: 'an expired hold freed twice',
    file: 'src/domain/stock-level.ts',
    from: 'if (!isDue(hold, this.books.now)) return\n      if (this.books.newest(hold) === hold) yield hold',
    to: 'if (!isDue(hold, this.books.now)) return\n      yield hold',
    test: 'src/domain/atomically.test.ts',
    red: 'frees each expired hold once',
  },
  {
    name: 'two lines of one product checked one by one',
    file: 'src/domain/verbs/place.ts',
    from: '  level.mustOffer(qty)\n  return level',
    to: '  const below = books.parent?.level(warehouseId, productId) ?? level\n  below.mustOffer(qty)\n  return level',
    test: 'src/domain/atomically.test.ts',
    red: 'counts two lines of one product as their sum',
  },
  {
    name: 'an overlay not dropped on refusal',
    file: 'src/domain/decide.ts',
    from: '      throw error instanceof InventoryError ? error.at(index) : error',
    to: '      overlay.merge()\n      throw error instanceof InventoryError ? error.at(index) : error',
    test: 'src/domain/atomically.test.ts',
    red: 'leaves nothing where one does not fit',
  },
  {
    name: 'a split order held as far as it goes',
    file: 'src/domain/verbs/fulfill-across-warehouses.ts',
    from: 'if (offered < qty) {',
    to: 'if (offered === 0) {',
    test: 'src/domain/fulfillment.test.ts',
    red: 'holds nothing where all together have too little',
  },
  {
    name: 'a release counted twice',
    file: 'src/domain/verbs/release.ts',
    from: '    case ReservationStatus.PENDING:\n',
    to: '    case ReservationStatus.PENDING:\n    case ReservationStatus.RELEASED:\n',
    test: 'src/domain/reservation-states.test.ts',
    red: 'release RELEASED',
  },
  {
    name: 'the unconfirmed rest lost',
    file: 'src/domain/stock-level.ts',
    from: 'if (qty < from.qty) this.#returned',
    to: 'if (qty > from.qty) this.#returned',
    test: 'src/domain/reservation-states.test.ts',
    red: 'sells a part, gives the rest back',
  },
  {
    name: 'capacity unchecked on a transfer',
    file: 'src/domain/verbs/transfer.ts',
    from: '  mustFit(books, target, request.qty)\n',
    to: '  void target\n',
    test: 'src/domain/capacity.test.ts',
    red: 'is checked when a transfer brings units in',
  },
  {
    name: '< for <= at the low-stock threshold',
    file: 'src/domain/alert.ts',
    from: 'entry.available > threshold',
    to: 'entry.available >= threshold',
    test: 'src/domain/alerts.test.ts',
    red: 'comes when units arrive and are not enough',
  },
  {
    name: 'a fraction of a unit taken',
    file: 'src/domain/limits.ts',
    from: '!Number.isInteger(value) ||\n    value < least',
    to: '!Number.isFinite(value) ||\n    value < least',
    test: 'src/domain/limits.test.ts',
    red: 'is a whole number from 1 to 1e12',
  },
  {
    name: '__proto__ as a product in a plain object',
    file: 'src/domain/books.ts',
    from: 'newShelf: NewShelf = () => new Map()',
    to: `newShelf: NewShelf = <V>() => {
    const of: Record<string, V | null> = {}
    return {
      get: (key) => of[key],
      set: (key, value) => (of[key] = value),
      [Symbol.iterator]: () => Object.entries(of)[Symbol.iterator](),
    }
  }`,
    test: 'src/domain/strange-ids.test.ts',
    red: 'as products',
  },
  {
    name: 'a gap in the trail',
    file: 'src/domain/books.ts',
    from: 'const seq = ++this.seq',
    to: 'const seq = (this.seq += this.seq === 4 ? 2 : 1)',
    test: 'test/model.test.ts',
    red: 'memory does what the model says',
  },
  {
    name: 'the trail follows a clock that runs backwards',
    file: 'src/engine/line.ts',
    from: 'Math.max(head.at, now)',
    to: 'Math.max(0, now)',
    test: 'test/contract.test.ts',
    red: 'a clock that runs backwards',
  },
  {
    name: 'a field that no hash covers',
    file: 'src/engine/canonical.ts',
    from: '    entry.actor,\n',
    to: '',
    test: 'test/tamper.test.ts',
    red: 'any entry edited, deleted or swapped',
  },
  {
    name: 'verify looks at every other commit only',
    file: 'src/engine/verify.ts',
    from: 'if (hash !== row.hash)',
    to: 'if (hash !== row.hash && row.commit % 2 === 0)',
    test: 'test/tamper.test.ts',
    red: 'any entry edited, deleted or swapped',
  },
  {
    name: 'verify does not look for the remembered position',
    file: 'src/engine/verify.ts',
    from: 'if (this.#remembered || expect === undefined) return',
    to: 'if (this.#remembered || this.#entries > 0 || expect === undefined) return',
    test: 'test/tamper.test.ts',
    red: 'the newest commit cut off',
  },
  {
    name: 'two writers on one file',
    file: 'src/store/sqlite/lock.ts',
    from: "db.exec('BEGIN EXCLUSIVE')",
    to: "db.exec('BEGIN')",
    test: 'src/store/sqlite/lock.test.ts',
    red: 'one writer at a time in one process',
  },
  {
    name: 'a full disk taken for the end of the store',
    file: 'src/store/sqlite/faults.ts',
    from: 'code === FULL || code === BUSY ||',
    to: 'code === BUSY ||',
    test: 'test/crash/disk-full.test.ts',
    red: 'a disk that is full',
  },
]
