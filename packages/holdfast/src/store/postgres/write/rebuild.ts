import { OperationalError } from '../../../model/operational-error.ts'
import type { Rebuilding } from '../../store.ts'
import { lockHead } from './head-lock.ts'
import type { Session } from '../connect/session.ts'
import { begunStatement, commitTransaction, rollBack } from './transaction.ts'
import { addNewRows } from './commit.ts'
import { addDocuments } from '../tables/documents.ts'
import { movePosition } from '../tables/positions.ts'
import { forgetPostings } from '../tables/postings.ts'
import { addWarehouseStock, writeWarehouse } from '../tables/warehouses.ts'
import { addNewLevels } from '../tables/write-levels.ts'
import { addNewReservations } from '../tables/write-reservations.ts'
import { addNewTransfers } from '../tables/write-transfers.ts'

const TABLES = ['level', 'level_key', 'reservation', 'transfer', 'warehouse_stock', 'warehouse']

/** What a batch is allowed is too short for all of the state. */
const PATIENCE = `SELECT set_config('statement_timeout', '0', true),
  set_config('idle_in_transaction_session_timeout', '0', true)`

/** With what is deleted, rows of the table that has it would go, too, or stand in the way. */
const FOREIGN_KEY = `SELECT n.conname, n.conrelid::regclass::text
  FROM pg_constraint n JOIN pg_class c ON c.oid = n.confrelid
  WHERE n.contype = 'f' AND c.relname = ANY ($1::name[]) AND c.relnamespace = (
    SELECT relnamespace FROM pg_class WHERE oid = (SELECT tableoid FROM holdfast.head_lock LIMIT 1))
  LIMIT 1`

/** Another process may know them: none is given to another warehouse. */
const LAST_POSITION = 'SELECT coalesce(max(position), 0) FROM holdfast.warehouse'

/** All of the state in one transaction that holds the head lock, in the place of what is there. */
export async function beginRebuild(session: Session): Promise<Rebuilding> {
  let last: number
  try {
    await lockHead(session)
    await mustBeFree(session)
    await session.rows(PATIENCE)
    last = (await session.rows(LAST_POSITION))[0]![0] as number
    for (const table of TABLES) await session.rows(`DELETE FROM holdfast.${table}`)
    await forgetPostings(session)
  } catch (error) {
    await rollBack(session)
    throw error
  }
  const positions = new Map<string, number>()
  return {
    commit: async (commit) => {
      const statement = begunStatement()
      addNewRows(statement, commit)
      addDocuments(statement, commit.documents)
      await session.run(statement.text, statement.values)
    },
    position: async ({ name, seq }) => {
      await movePosition(session, { name, from: null, to: seq, carried: [] })
    },
    add: async (rows) => {
      for (const { record } of rows.warehouses)
        positions.set(record.id, await writeWarehouse(session, record, last))
      const statement = begunStatement()
      const made = { ...rows, hasRare: true, before: { seq: 0, levelKeys: 0 } }
      addNewLevels(statement, made)
      addNewReservations(statement, made)
      addNewTransfers(statement, made)
      addWarehouseStock(statement, rows.warehouses, positions)
      await session.run(statement.text, statement.values)
    },
    finish: async () => commitTransaction(session),
    abandon: async () => rollBack(session),
  }
}

/** @throws OperationalError STORE_UNAVAILABLE */
async function mustBeFree(session: Session): Promise<void> {
  const [row] = await session.rows(FOREIGN_KEY, [[...TABLES, 'posting']])
  if (row === undefined) return
  const [key, table] = row as [string, string]
  const message = `nothing was changed: the foreign key ${key} of ${table} is in the way of a rebuild; drop it first`
  throw new OperationalError('STORE_UNAVAILABLE', message)
}
