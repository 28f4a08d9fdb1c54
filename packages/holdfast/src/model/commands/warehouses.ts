import { command } from './command.ts'
import { warehouseId } from './fields/ids.ts'

export const WAREHOUSE_COMMANDS = {
  /**
   * Closes an empty warehouse: it disappears from lists, takes no commands, and keeps its history. One with any units
   * left, even set aside or sold ones, is refused with WAREHOUSE_IN_USE. `changeWarehouse` opens it again, with its
   * history.
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
