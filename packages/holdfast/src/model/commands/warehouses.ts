import { command } from './command.ts'
import { warehouseId } from './field.ts'

export const WAREHOUSE_COMMANDS = {
  /**
   * Closes an empty warehouse: it is listed no more, takes no command, and its history stays. One that holds units, set
   * aside or sold ones too, is refused with WAREHOUSE_IN_USE. Described anew (`changeWarehouse`), it is open again, with
   * its history.
   * @example
   * const { closed } = await inventory.closeWarehouse({ warehouseId: 'NYC' })
   */
  closeWarehouse: command({
    summary: 'Close an empty warehouse; its history stays',
    resource: 'warehouses',
    action: 'close',
    role: 'admin',
    fields: { warehouseId },
    answers: 'warehouse',
    effect: 'no unit moves',
    refusals: ['WAREHOUSE_NOT_FOUND', 'WAREHOUSE_IN_USE'],
    writes: ['WAREHOUSE_CHANGED'],
  }),
}
