import type * as c from '../../model/commands/commands.ts'
import { level, mustFit, mustHave, mustStand, take } from './offers.ts'
import { Refused, type Place, type Shelf } from './shelf.ts'

export function addStock(shelf: Shelf, command: c.CommandOf<'addStock'>): object {
  const { warehouseId, qty, source, into, ifSeq } = command
  mustStand(shelf, command, ifSeq)
  mustFit(shelf, warehouseId, qty)
  shelf.write(into === 'unsellable' ? 'RECEIVED_ASIDE' : 'RECEIVED', command, qty, { source })
  return level(shelf, command)
}

export function removeStock(shelf: Shelf, command: c.CommandOf<'removeStock'>): object {
  const { qty, reason, ifSeq } = command
  mustStand(shelf, command, ifSeq)
  mustHave(shelf, command, qty, { names: true })
  take(shelf, command, qty)
  shelf.write(reason === 'DAMAGED' ? 'DAMAGED' : 'REMOVED', command, qty, { reason })
  return level(shelf, command)
}

export function setAside(shelf: Shelf, command: c.CommandOf<'setAside'>): object {
  const { qty, reason, ifSeq } = command
  mustStand(shelf, command, ifSeq)
  mustHave(shelf, command, qty, { names: true })
  take(shelf, command, qty)
  shelf.write('SET_ASIDE', command, qty, { reason })
  return level(shelf, command)
}

function mustLieAside(shelf: Shelf, place: Place, qty: number): void {
  const { available, unsellable } = shelf.counts(place)
  if (unsellable >= qty) return
  const { warehouseId, productId } = place
  const details = { warehouseId, productId, requested: qty, available, unsellable }
  throw new Refused('INSUFFICIENT_STOCK', details)
}

export function putBack(shelf: Shelf, command: c.CommandOf<'putBack'>): object {
  const { qty, reason, ifSeq } = command
  mustStand(shelf, command, ifSeq)
  mustLieAside(shelf, command, qty)
  shelf.write('PUT_BACK', command, qty, reason === undefined ? {} : { reason })
  return level(shelf, command)
}

export function writeOff(shelf: Shelf, command: c.CommandOf<'writeOff'>): object {
  const { qty, reason, ifSeq } = command
  mustStand(shelf, command, ifSeq)
  mustLieAside(shelf, command, qty)
  shelf.write('WRITTEN_OFF', command, qty, { reason })
  return level(shelf, command)
}
