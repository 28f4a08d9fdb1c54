import { EFFECTS, type Effect } from '../model/adjustment-type.ts'
import type { AuditEntry } from '../model/audit-entry.ts'
import { shownId } from '../model/id.ts'
import { OperationalError } from '../model/operational-error.ts'
import type { BalanceRow, CommitRow, Reader, TrailEntry } from '../store/store.ts'
import { commitHash, NO_HASH } from './canonical.ts'
import type { Fault, Verdict, VerifyOptions } from './inventory.ts'
import { LevelFold } from './level-fold.ts'

const ENTRIES = 5000
const LEVELS = 5000

/**
 * Proves the trail: every commit's hash covers its entries and the hash before it, `seq` has no gap,
 * time never runs backwards, folding all entries from nothing gives every level, and the pending and
 * confirmed reservations sum to what levels call held and allocated. Reads in pieces beside a running
 * writer; memory grows with the number of levels (40 bytes each), not with the trail.
 */
export async function verify(reader: Reader, options: VerifyOptions = {}): Promise<Verdict> {
  const { expect, onProgress, signal } = options
  const remembered = expect && { seq: expect.seq, hash: expect.hash }
  const proof = new Proof({ expect: remembered, onProgress, signal })
  try {
    // The long part in short reads, so that a writer's log can be cut back meanwhile; the rest, and
    // the levels, from one snapshot.
    await proof.trail(reader, (await reader.head()).seq)
    const snapshot = await reader.snapshot()
    try {
      await proof.trail(snapshot, Infinity)
      // Before the levels, which disagree too when an end was cut off: this says why.
      proof.end()
      await proof.levels(snapshot)
      const [broken] = await snapshot.integrity()
      if (broken !== undefined) throw new Found({ what: 'storage', message: broken })
    } finally {
      await snapshot.close()
    }
    return { ok: true, ...proof.summary() }
  } catch (error) {
    if (error instanceof Found) return { ok: false, fault: error.fault, ...proof.summary() }
    if (error instanceof OperationalError && error.code === 'STORE_DAMAGED') {
      return { ok: false, fault: { what: 'storage', message: error.message }, ...proof.summary() }
    }
    throw error
  }
}

class Found extends Error {
  readonly fault: Fault

  constructor(fault: Fault) {
    super(fault.message)
    this.fault = fault
  }
}

class Proof {
  readonly #options: VerifyOptions
  readonly #fold = new LevelFold()
  #last: CommitRow = { commit: 0, lastSeq: 0, at: 0, hash: NO_HASH, batchId: '' }
  #entries = 0
  #levelKeys = 0
  #remembered: boolean

  constructor(options: VerifyOptions) {
    this.#options = options
    const { expect } = options
    this.#remembered = expect === undefined || (expect.seq === 0 && expect.hash === NO_HASH)
  }

  summary(): { seq: number; entries: number; commits: number; levels: number; hash: string } {
    const { lastSeq, commit, hash } = this.#last
    return { seq: lastSeq, entries: this.#entries, commits: commit, levels: this.#fold.size, hash }
  }

  async trail(reader: Reader, through: number): Promise<void> {
    const { onProgress, signal } = this.#options
    const head = await reader.head()
    this.#levelKeys = head.levelKeys
    while (this.#last.lastSeq < through) {
      signal?.throwIfAborted()
      const { commits, entries } = await reader.trail(this.#last.commit, ENTRIES)
      if (commits.length === 0) {
        const stray = entries[0]
        if (stray !== undefined) throw this.#gap(stray.entry, 'belongs to no commit')
        return
      }
      let next = 0
      for (const commit of commits) {
        const from = next
        while (next < entries.length && entries[next]!.entry.seq <= commit.lastSeq) next++
        this.#commit(commit, entries.slice(from, next))
      }
      onProgress?.({ seq: this.#last.lastSeq, of: head.seq })
    }
  }

  #commit(row: CommitRow, entries: readonly TrailEntry[]): void {
    const where = { commit: row.commit, firstSeq: this.#last.lastSeq + 1, lastSeq: row.lastSeq }
    const fail = (what: Fault['what'], message: string, seq?: number): never => {
      throw new Found({ what, message, ...where, ...(seq === undefined ? {} : { seq }) })
    }
    if (row.commit !== this.#last.commit + 1)
      fail('gap', `commit ${this.#last.commit + 1} is missing`)
    if (row.at < this.#last.at)
      fail('time', `commit ${row.commit} lies before the commit before it`)
    let seq = this.#last.lastSeq
    for (const { entry } of entries)
      if (entry.seq !== ++seq) fail('gap', `entry ${seq} is missing`, seq)
    if (seq !== row.lastSeq) fail('gap', `entry ${seq + 1} is missing`, seq + 1)
    for (const traced of entries) {
      const told = this.#balance(traced)
      if (told !== null) fail('balance', told, traced.entry.seq)
    }
    const hash = commitHash(
      this.#last.hash,
      row.commit,
      row.at,
      entries.map(({ entry }) => entry),
    )
    if (hash !== row.hash) fail('hash', `commit ${row.commit} does not match its hash`)
    this.#entries += entries.length
    this.#last = row
    const { expect } = this.#options
    if (expect !== undefined && row.lastSeq === expect.seq && row.hash === expect.hash)
      this.#remembered = true
  }

  /** What is wrong with an entry's balances; null where they follow from the level's entry before. */
  #balance({ entry, levelKey, previousSeq }: TrailEntry): string | null {
    if (levelKey === 0) return null
    if (levelKey > this.#levelKeys) return `entry ${entry.seq} names a level that was never made`
    const before = this.#fold.get(levelKey)
    if (before.seq !== previousSeq)
      return `entry ${entry.seq} follows ${previousSeq}, its level stood at ${before.seq}`
    const effect = EFFECTS[entry.type] as Effect | undefined
    if (effect === undefined) return `entry ${entry.seq} is of no known type`
    const after = {
      available: before.available + effect.available * entry.qty,
      held: before.held + effect.held * entry.qty,
      allocated: before.allocated + effect.allocated * entry.qty,
    }
    const same =
      after.available === entry.available &&
      after.held === entry.held &&
      after.allocated === entry.allocated
    if (!same)
      return `entry ${entry.seq} does not add up: ${triple(after)} expected, ${triple(entry)} written`
    if (Math.min(entry.available, entry.held, entry.allocated) < 0)
      return `entry ${entry.seq} is below nothing`
    this.#fold.set(levelKey, entry.seq, after)
    return null
  }

  async levels(reader: Reader): Promise<void> {
    let seen = 0
    const onHand = new Map<string, number>()
    for (let key = 0; ;) {
      const rows = await reader.balances(key, LEVELS)
      if (rows.length === 0) break
      for (const row of rows) {
        this.#level(row)
        const units = row.available + row.held + row.allocated
        onHand.set(row.warehouseId, (onHand.get(row.warehouseId) ?? 0) + units)
      }
      seen += rows.length
      key = rows.at(-1)!.key
    }
    if (seen !== this.#fold.size) {
      throw new Found({
        what: 'level',
        message: `${seen} levels are stored, the trail tells of ${this.#fold.size}`,
      })
    }
    for (const { record, onHand: stored } of (await reader.warehouses()).rows) {
      const units = onHand.get(record.id) ?? 0
      if (units === stored) continue
      const message = `${shownId(record.id)} is said to hold ${stored} units, its levels sum to ${units}`
      throw new Found({ what: 'level', message })
    }
  }

  #level(row: BalanceRow): void {
    const folded = this.#fold.get(row.key)
    const name = `${shownId(row.productId)} in ${shownId(row.warehouseId)}`
    if (triple(folded) !== triple(row) || folded.seq !== row.lastSeq) {
      const message = `${name} stands at ${triple(row)}, the trail says ${triple(folded)}`
      throw new Found({ what: 'level', message, seq: row.lastSeq })
    }
    if (row.pending !== row.held || row.confirmed !== row.allocated) {
      const message = `${name} holds ${row.held} and sold ${row.allocated}, its reservations sum to ${row.pending} and ${row.confirmed}`
      throw new Found({ what: 'reservations', message, seq: row.lastSeq })
    }
  }

  end(): void {
    const { expect } = this.#options
    if (this.#remembered || expect === undefined) return
    const message =
      this.#last.lastSeq < expect.seq
        ? `the trail ends at ${this.#last.lastSeq}, ${expect.seq} was remembered: its end is missing`
        : `no commit ends at ${expect.seq} with the remembered hash: the trail was written anew`
    throw new Found({ what: 'end-missing', message, seq: this.#last.lastSeq })
  }

  #gap(entry: AuditEntry, what: string): Found {
    return new Found({ what: 'gap', message: `entry ${entry.seq} ${what}`, seq: entry.seq })
  }
}

function triple(counts: { available: number; held: number; allocated: number }): string {
  return `${counts.available}/${counts.held}/${counts.allocated}`
}
