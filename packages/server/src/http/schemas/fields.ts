import { COMMANDS, PAGING, schemaOf } from 'holdfast/model'
import { integer } from './schema.ts'

const { warehouseId, productId, onHand } = COMMANDS.countStock.fields

/** Fields that commands share with other calls, from their definitions. */
export const WarehouseId = schemaOf(warehouseId)
export const ProductId = schemaOf(productId)
export const ReservationId = schemaOf(COMMANDS.release.fields.reservationId)
export const TransferId = schemaOf(COMMANDS.approveTransfer.fields.transferId)
export const Cursor = schemaOf(PAGING.cursor)
export const Limit = schemaOf(PAGING.limit)
export const Count = { ...onHand.schema, description: 'Units' }

/** The position of an answer in the trail. */
export const Seq = integer({
  minimum: 0,
  description: 'Position in the trail: of a command’s last entry, or of a read',
})
export const Time = integer({ description: 'Milliseconds since the epoch' })
