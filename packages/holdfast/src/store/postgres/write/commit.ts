import { marksOf } from '../../../log/marks.ts'
import { StoreFailure } from '../../failure.ts'
import type { Commit } from '../../store.ts'
import { arrayText, same, type Column } from '../tables/columns.ts'
import { addNewKeys, addReplacedKeys, forgetKeys } from '../tables/keys.ts'
import { addChangedLevels, addNewLevels } from '../tables/write-levels.ts'
import { addDocuments } from '../tables/documents.ts'
import { addChangedReservations, addNewReservations } from '../tables/write-reservations.ts'
import type { Statement } from '../tables/statement.ts'
import { begunStatement } from './transaction.ts'
import { addChangedTransfers, addNewTransfers } from '../tables/write-transfers.ts'
import { addWarehouseStock, type Positions } from '../tables/warehouses.ts'

export interface CommitContext {
  /** Where each warehouse of the commit stands; its record was written before. */
  readonly positions: Positions
  /** The channel to notify, and the name of this sender. Null: no notification. */
  readonly notify: { readonly channel: string; readonly from: string } | null
}

/** One statement, one trip, for all tables. @throws StoreFailure */
export function statementOf(commit: Commit, context: CommitContext): Statement {
  const statement = begunStatement()
  addNewRows(statement, commit)
  addChanges(statement, commit, context)
  return statement
}

/** New rows, whose keys follow on those of the commit before: no row that is there is in their way. @throws StoreFailure */
export function addNewRows(statement: Statement, commit: Commit): void {
  checkSequence(commit)
  addCommit(statement, commit)
  addNewLevels(statement, commit)
  addNewReservations(statement, commit)
  addNewTransfers(statement, commit)
  addNewKeys(statement, commit)
}

/** What is written over. */
export function addChanges(
  statement: Statement,
  commit: Commit,
  { positions, notify }: CommitContext,
): void {
  addChangedLevels(statement, commit)
  addChangedReservations(statement, commit)
  addChangedTransfers(statement, commit)
  addWarehouseStock(statement, commit.warehouses, positions)
  addReplacedKeys(statement, commit)
  forgetKeys(statement, commit)
  addDocuments(statement, commit.documents)
  if (notify !== null) {
    const { channel, from } = notify
    statement.call(
      `pg_notify(${statement.value(channel, 'text')}, ${statement.value(from, 'text')})`,
    )
  }
}

function addCommit(statement: Statement, commit: Commit): void {
  const { before, head, batchId, body } = commit
  const texts = commit.texts === null ? null : Buffer.from(commit.texts)
  const { lines, texts: textMarks } = marksOf(body, texts)
  statement.insert('commits', {
    number: same(head.commit, 'bigint'),
    first_seq: same(before.seq + 1, 'bigint'),
    last_seq: same(head.seq, 'bigint'),
    at: same(head.at, 'bigint'),
    level_keys: same(head.levelKeys, 'bigint'),
    batch_id: same(batchId, 'uuid'),
    hash: same(`\\x${head.hash}`, 'bytea'),
    body: same(body, 'bytea'),
    texts: same(texts, 'bytea'),
    lines_at: marked(lines),
    texts_at: marked(textMarks),
  })
}

function marked(marks: readonly number[]): Column {
  return same(marks.length === 0 ? null : arrayText(marks), 'int[]')
}

/** The key of the table refuses a number twice, not one that was left out. */
function checkSequence({ before, head }: Commit): void {
  const follows =
    head.commit === before.commit + 1 &&
    head.seq >= before.seq &&
    head.at >= before.at &&
    head.levelKeys >= before.levelKeys
  if (!follows) throw refused(`commit ${head.commit} does not follow on ${before.commit}`)
}

function refused(message: string): StoreFailure {
  return new StoreFailure(message, { outcome: 'not-committed', fatal: true })
}
