import type { LoggedCommit } from '../../log/commit-body.ts'
import { HoldWindow } from '../../model/hold-window.ts'
import {
  holderText,
  ReservationStatus,
  type Holder,
  type Reservation,
} from '../../model/reservation.ts'
import { refused, unsent } from '../failure.ts'
import { seqOf } from '../../model/record-id.ts'
import { scopeOf } from '../key-scope.ts'
import { copyOfRow } from '../level-row.ts'
import type { Commit, MadeRows } from '../store.ts'
import { compareIds } from './id-order.ts'
import { placeKey, type Records } from './records.ts'

/** Checks everything first, so that a batch that does not fit leaves no trace. @throws StoreFailure */
export function commitTo(records: Records, commit: Commit): void {
  let logged: LoggedCommit
  try {
    check(records, commit)
    logged = loggedOf(commit)
  } catch (error) {
    throw unsent(error)
  }
  addRows(records, commit)
  const { head } = commit
  for (const { name, value } of commit.documents)
    if (value === null) records.documents.delete(name)
    else records.documents.set(name, value)
  // The map is in order of time.
  for (const [key, stored] of records.keys) {
    if (stored.commit > commit.forgotten) break
    records.keys.delete(key)
  }
  for (const [place, stored] of commit.keys.entries()) {
    records.keys.delete(stored.key)
    records.keys.set(stored.key, { ...stored, commit: head.commit, place })
    const scope = scopeOf(stored.key)
    const last = records.lastKeys.get(scope)
    if (last === undefined || compareIds(last, stored.key) < 0)
      records.lastKeys.set(scope, stored.key)
  }
  records.commits.push(logged)
  records.head = { ...head }
}

/** The state as it stands after a commit. */
export function addRows(records: Records, commit: MadeRows): void {
  const { before } = commit
  for (const level of commit.levels) {
    // The engine may go on using its object: keep a copy.
    const { key, warehouseId, productId } = level
    records.levels[key - 1] = copyOfRow(level)
    if (key > before.levelKeys) records.levelKeys.set(placeKey(warehouseId, productId), key)
  }
  commit.reservations.forEach((reservation, index) => {
    put(records, reservation, commit.reservationLevelKeys[index]!)
    if (seqOf(reservation.id) > before.seq)
      records.behind.set(reservation.id, commit.reservationsBehind[index]!)
  })
  for (const transfer of commit.transfers) records.transfers.set(transfer.id, transfer)
  listNew(records.reservationOrder, commit.reservations, before.seq)
  listNew(records.transferOrder, commit.transfers, before.seq)
  for (const row of commit.warehouses) records.warehouses.set(row.record.id, { ...row })
}

function loggedOf({ before, head, batchId, body, texts }: Commit): LoggedCommit {
  const { commit, seq: lastSeq, at, levelKeys, hash } = head
  const header = { commit, firstSeq: before.seq + 1, lastSeq, at, levelKeys, batchId }
  return { ...header, hash, body: Buffer.from(body).toString(), texts }
}

/** What the databases' keys and CHECKs would refuse. */
function check(records: Records, commit: Commit): void {
  const { before, head } = commit
  const follows =
    before.commit === records.head.commit &&
    before.seq === records.head.seq &&
    head.commit === before.commit + 1 &&
    head.seq >= before.seq
  if (!follows) throw refused(`commit ${head.commit} does not follow on ${records.head.commit}`)
  for (const level of commit.levels) {
    const { key, available, held, allocated, unsellable } = level
    const least = Math.min(available, held, allocated, unsellable)
    if (key < 1 || key > head.levelKeys || least < 0) {
      const counts = `${available}/${held}/${allocated}/${unsellable}`
      throw refused(`level ${key} would stand at ${counts}`)
    }
  }
}

function put(records: Records, reservation: Reservation, levelKey: number): void {
  let holds = records.pendingOf.get(levelKey)
  if (holds === undefined) records.pendingOf.set(levelKey, (holds = new HoldWindow()))
  const before = records.reservations.get(reservation.id)
  if (before?.status === ReservationStatus.PENDING) {
    records.pending.remove(before)
    holds.remove(before)
    for (const text of holdersOf(before)) {
      const ids = records.heldBy.get(text)!
      ids.delete(before.id)
      if (ids.size === 0) records.heldBy.delete(text)
    }
  }
  if (reservation.status === ReservationStatus.PENDING) {
    records.pending.add(reservation)
    holds.add(reservation)
    for (const text of holdersOf(reservation)) {
      const ids = records.heldBy.get(text)
      if (ids === undefined) records.heldBy.set(text, new Set([reservation.id]))
      else ids.add(reservation.id)
    }
  }
  records.reservations.set(reservation.id, reservation)
}

function holdersOf({ owner, group }: Reservation): string[] {
  const holders: Holder[] = []
  if (owner !== null) holders.push({ owner })
  if (group !== null) holders.push({ group })
  return holders.map(holderText)
}

function listNew(order: string[], changed: readonly { readonly id: string }[], seq: number): void {
  const made = changed.map(({ id }) => id).filter((id) => seqOf(id) > seq)
  for (const id of made.sort()) order.push(id)
}
