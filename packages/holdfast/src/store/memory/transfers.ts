import type { Transfer } from '../../model/transfer.ts'
import { matchesTransfer } from '../ways.ts'
import type { FoundRecords } from '../../postings/records.ts'
import type { TransferQuery } from '../store.ts'
import type { Records } from './records.ts'
import { newestFirst } from './reservations.ts'

/** Newest first; a warehouse is in it on either side. */
export function listTransfers(
  { transferOrder, transfers }: Records,
  query: TransferQuery,
): FoundRecords<Transfer> {
  return newestFirst(transferOrder, transfers, query, (found) => matchesTransfer(found, query))
}
