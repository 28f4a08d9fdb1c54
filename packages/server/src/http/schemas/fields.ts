import { COMMANDS, PAGING, schemaOf } from 'holdfast/model'
import { integer } from './schema.ts'

const { warehouseId, productId, onHand } = COMMANDS.countStock.fields

/** Fields that commands share with other calls: as their definitions say. */
export const WarehouseId = schemaOf(warehouseId)
export const ProductId = schemaOf(productId)
export const ReservationId = schemaOf(COMMANDS.release.fields.reservationId)
export const TransferId = schemaOf(COMMANDS.approveTransfer.fields.transferId)
export const Cursor = schemaOf(PAGING.cursor)
export const Limit = schemaOf(PAGING.limit)
export const Count = { ...onHand.schema, description: 'Units' }

/** Where in the trail an answer stands. */
export const Seq = integer({
  minimum: 0,
  description: 'Where in the trail this stands: a command’s last entry, a read’s position',
})
export const Time = integer({ description: 'Milliseconds since the epoch' })
