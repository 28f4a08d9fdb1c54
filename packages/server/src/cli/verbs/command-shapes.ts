import type { Option } from 'commander'
import type { Verb } from 'holdfast'
import { wholeNumber } from '../flags/whole-number.ts'
import { optional, required } from '../verb.ts'
import * as field from './fields.ts'

export interface CommandShape {
  readonly name: string
  readonly verb: Exclude<Verb, 'atomically'>
  readonly group: string
  readonly summary: string
  readonly flags: readonly Option[]
  readonly more?: string
}

const STOCK = 'Stock:'
const RESERVATIONS = 'Reservations:'
const TRANSFERS = 'Transfers:'

const place = (): Option[] => [field.warehouseId(), field.productId()]

/** Every command that is one record of fields: the flags are the fields. */
export const COMMANDS: readonly CommandShape[] = [
  {
    name: 'add-stock',
    verb: 'addStock',
    group: STOCK,
    summary: 'Take units in: a delivery, a return',
    flags: [...place(), field.qty(), required('--source <text>', 'where they come from')],
    more: 'Example: holdfast add-stock -w SF -p LAPTOP -q 10 --source SUPPLIER',
  },
  {
    name: 'remove-stock',
    verb: 'removeStock',
    group: STOCK,
    summary: 'Write units off',
    flags: [
      ...place(),
      field.qty(),
      required('--reason <text>', 'why; DAMAGED stands as such in the trail'),
    ],
  },
  {
    name: 'count-stock',
    verb: 'countStock',
    group: STOCK,
    summary: 'Make what was counted on the shelf the truth',
    flags: [
      ...place(),
      required('--on-hand <units>', 'what was counted, reserved units included').argParser(
        wholeNumber,
      ),
      optional('--reason <text>', 'why it was counted'),
    ],
  },
  {
    name: 'reserve',
    verb: 'reserve',
    group: RESERVATIONS,
    summary: 'Hold units for a while',
    flags: [...place(), field.qty(), field.ttlMs(), field.owner()],
    more: 'Example: holdfast reserve -w SF -p LAPTOP -q 3 --ttl-ms 15m --owner cart-17',
  },
  {
    name: 'confirm',
    verb: 'confirm',
    group: RESERVATIONS,
    summary: 'Sell what is held',
    flags: [
      field.reservationId(),
      optional('-q, --qty <units>', 'only so many; the rest goes back').argParser(wholeNumber),
    ],
  },
  {
    name: 'release',
    verb: 'release',
    group: RESERVATIONS,
    summary: 'Give back what is held',
    flags: [field.reservationId()],
  },
  {
    name: 'ship',
    verb: 'ship',
    group: RESERVATIONS,
    summary: 'Sold units leave the building',
    flags: [field.reservationId()],
  },
  {
    name: 'cancel',
    verb: 'cancel',
    group: RESERVATIONS,
    summary: 'Undo a sale that was not shipped',
    flags: [field.reservationId()],
  },
  {
    name: 'extend',
    verb: 'extend',
    group: RESERVATIONS,
    summary: 'Hold for longer, from now on',
    flags: [field.reservationId(), field.ttlMs()],
  },
  {
    name: 'fulfill-across-warehouses',
    verb: 'fulfillAcrossWarehouses',
    group: RESERVATIONS,
    summary: 'Hold units in several warehouses together, or nothing',
    flags: [
      field.productId(),
      field.qty(),
      field.ttlMs(),
      optional('--warehouse-order <id...>', 'the warehouses that may serve, the first one first'),
      optional('--strategy <name>', 'or how to choose: givenOrder, mostStockFirst'),
      field.owner(),
    ],
  },
  {
    name: 'transfer',
    verb: 'transfer',
    group: TRANSFERS,
    summary: 'Move units to another warehouse',
    flags: [
      required('--from-warehouse-id <id>', 'where they are'),
      required('--to-warehouse-id <id>', 'where they go'),
      field.productId(),
      field.qty(),
      optional('--requires-approval', 'only ask for it; approve-transfer moves them'),
    ],
  },
  {
    name: 'approve-transfer',
    verb: 'approveTransfer',
    group: TRANSFERS,
    summary: 'Let a transfer that waits happen',
    flags: [field.transferId()],
  },
  {
    name: 'reject-transfer',
    verb: 'rejectTransfer',
    group: TRANSFERS,
    summary: 'Turn a transfer that waits down',
    flags: [field.transferId(), optional('--reason <text>', 'why')],
  },
]
