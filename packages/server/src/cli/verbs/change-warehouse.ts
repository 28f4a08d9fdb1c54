import { checkId, shownId, type WarehouseOptions, type WarehouseView } from 'holdfast'
import type { CommandLine } from '../command-line.ts'
import { EXIT } from '../exit-code.ts'
import { UsageError } from '../failure.ts'
import { unitPairs } from '../flags/pairs.ts'
import { capacity } from '../flags/warehouse.ts'
import { wholeNumber } from '../flags/whole-number.ts'
import { withWriter } from '../open-inventory.ts'
import { json } from '../output/json.ts'
import { print } from '../output/streams.ts'
import { table } from '../output/table.ts'
import { WAREHOUSES } from '../output/tables.ts'
import { addVerb, optional } from '../verb.ts'
import { COMMANDS } from 'holdfast/model'
import { fieldFlag } from '../flags/field-flag.ts'

interface ChangeFlags {
  readonly warehouseId: string
  readonly name?: string
  readonly capacity?: number | 'none'
  readonly reorderThreshold?: number
  readonly productThreshold?: Readonly<Record<string, number>>
  readonly sells?: 'yes' | 'no'
  readonly actor?: string
}

export function addChangeWarehouse(line: CommandLine): void {
  addVerb<ChangeFlags>(
    line,
    {
      name: 'change-warehouse',
      group: 'Warehouses:',
      summary: 'Change a warehouse, or add one',
      flags: [
        fieldFlag('warehouseId', COMMANDS.addStock.fields.warehouseId),
        optional('--name <text>', 'its name'),
        optional('--capacity <units>', 'the most units it may hold; none for no limit').argParser(
          capacity,
        ),
        optional(
          '--reorder-threshold <units>',
          'available units at which a product is low',
        ).argParser(wholeNumber),
        optional(
          '--product-threshold <id=units>',
          'the same for one product; repeatable',
        ).argParser(unitPairs),
        optional('--sells <yes|no>', 'whether its units are offered').choices(['yes', 'no']),
        optional('--actor <text>', 'who does it, for the trail'),
      ],
      more: 'Omitted fields stay as they are. With a --name a closed warehouse opens again.',
    },
    async ({ target, json: asJson, flags }) => {
      checkId(flags.warehouseId, 'warehouseId')
      await withWriter(target, async (inventory) => {
        const { items } = await inventory.listWarehouses()
        const known = items.find(({ id }) => id === flags.warehouseId)
        const options = flags.actor === undefined ? {} : { actor: flags.actor }
        const answer = await inventory.changeWarehouse(changed(known, flags), options)
        await print(asJson ? json(answer) : `${table(WAREHOUSES, [answer])}\nseq ${answer.seq}`)
      })
      return EXIT.done
    },
  )
}

function changed(known: WarehouseView | undefined, flags: ChangeFlags): WarehouseOptions {
  const name = flags.name ?? known?.name
  if (name === undefined)
    throw new UsageError(`${shownId(flags.warehouseId)} is new: it needs a --name`)
  const units = flags.capacity ?? known?.capacity ?? 'none'
  return {
    id: flags.warehouseId,
    name,
    capacity: units === 'none' ? undefined : units,
    reorderThreshold: flags.reorderThreshold ?? known?.reorderThreshold,
    reorderThresholds: Object.fromEntries([
      ...Object.entries(known?.reorderThresholds ?? {}),
      ...Object.entries(flags.productThreshold ?? {}),
    ]),
    sells: flags.sells === undefined ? known?.sells : flags.sells === 'yes',
  }
}
