import {
  ReservationNotFoundError,
  TransferNotFoundError,
  WarehouseNotFoundError,
} from './errors.ts'
import { shownId } from './id.ts'

export function noWarehouse(warehouseId: string): WarehouseNotFoundError {
  return new WarehouseNotFoundError(`there is no warehouse ${shownId(warehouseId)}`, {
    warehouseId,
  })
}

export function noReservation(reservationId: string): ReservationNotFoundError {
  return new ReservationNotFoundError(`there is no reservation ${shownId(reservationId)}`, {
    reservationId,
  })
}

export function noTransfer(transferId: string): TransferNotFoundError {
  return new TransferNotFoundError(`there is no transfer ${shownId(transferId)}`, { transferId })
}
