import { StoreFailure } from '../failure.ts'
import type { Commit } from '../store.ts'
import { same } from './columns.ts'
import { addEntries } from './write-entries.ts'
import { addKeys } from './keys.ts'
import { addLevels } from './write-levels.ts'
import { addMarks } from './marks.ts'
import { addReservations } from './write-reservations.ts'
import type { Session } from './session.ts'
import { Statement } from './statement.ts'
import { addTransfers } from './write-transfers.ts'
import { addWarehouseStock, type Positions } from './warehouses.ts'

export interface CommitContext {
  /** Where each warehouse of the commit stands; its record was written before. */
  readonly positions: Positions
  /** Told to those who listen: the channel, and who it was. Null where nobody is told. */
  readonly notify: { readonly channel: string; readonly from: string } | null
}

/** One statement, one trip, for all tables. @throws StoreFailure */
export function statementOf(commit: Commit, { positions, notify }: CommitContext): Statement {
  checkSequence(commit)
  const statement = new Statement()
  addEntries(statement, commit, positions)
  addLevels(statement, commit)
  addReservations(statement, commit)
  addTransfers(statement, commit)
  addWarehouseStock(statement, commit.warehouses, positions)
  addKeys(statement, commit)
  addMarks(statement, commit.marks)
  addCommit(statement, commit)
  if (notify !== null) {
    const { channel, from } = notify
    statement.call(
      `pg_notify(${statement.value(channel, 'text')}, ${statement.value(from, 'text')})`,
    )
  }
  return statement
}

/** Writes one commit into the transaction that has the turn. @throws StoreFailure */
export async function write(session: Session, statement: Statement): Promise<void> {
  const { rows } = await session.run(statement.text, statement.values)
  const counts = rows[0]!
  statement.expected.forEach((expected, index) => {
    if (counts[index] === expected) return
    throw refused(`${String(counts[index])} rows were there to be changed instead of ${expected}`)
  })
}

function addCommit(statement: Statement, { head, batchId }: Commit): void {
  statement.insert('commits', {
    number: same(head.commit, 'bigint'),
    last_seq: same(head.seq, 'bigint'),
    at: same(head.at, 'bigint'),
    level_keys: same(head.levelKeys, 'bigint'),
    batch_id: same(batchId, 'uuid'),
    hash: same(`\\x${head.hash}`, 'bytea'),
  })
}

/**
 * The keys of the tables refuse a number twice, not one that was left out. And the time of a batch is
 * written once for all that is made in it.
 */
function checkSequence({ before, head, entries }: Commit): void {
  const follows =
    head.commit === before.commit + 1 &&
    head.seq === before.seq + entries.length &&
    entries.every(
      ({ seq, timestamp }, index) => seq === before.seq + index + 1 && timestamp === head.at,
    )
  if (!follows) throw refused(`commit ${head.commit} does not follow on ${before.commit}`)
}

function refused(message: string): StoreFailure {
  return new StoreFailure(message, { outcome: 'not-committed', fatal: true })
}
