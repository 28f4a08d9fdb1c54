import { checkId, shownId, WarehouseNotFoundError } from 'holdfast'
import type { CommandLine } from '../command-line.ts'
import { EXIT } from '../exit-code.ts'
import { UsageError } from '../failure.ts'
import { unitPairs } from '../flags/pairs.ts'
import { capacity } from '../flags/warehouse.ts'
import { wholeNumber } from '../flags/whole-number.ts'
import { withWriter, type AnyInventory } from '../open-inventory.ts'
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

type ChangedWarehouse = Awaited<ReturnType<AnyInventory['patchWarehouse']>>

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
        const answer = await changed(inventory, flags)
        await print(asJson ? json(answer) : `${table(WAREHOUSES, [answer])}\nseq ${answer.seq}`)
      })
      return EXIT.done
    },
  )
}

/** Only what the flags name is sent, so a change that another one makes meanwhile is kept. */
async function changed(inventory: AnyInventory, flags: ChangeFlags): Promise<ChangedWarehouse> {
  const { warehouseId: id, name, capacity: units, sells, actor } = flags
  const options = actor === undefined ? {} : { actor }
  const others = {
    reorderThreshold: flags.reorderThreshold,
    reorderThresholds: flags.productThreshold,
    sells: sells === undefined ? undefined : sells === 'yes',
  }
  try {
    const limit = units === 'none' ? null : units
    return await inventory.patchWarehouse({ id, name, capacity: limit, ...others }, options)
  } catch (error) {
    if (!(error instanceof WarehouseNotFoundError)) throw error
    if (name === undefined) throw new UsageError(`${shownId(id)} is new: it needs a --name`)
    const limit = units === 'none' ? undefined : units
    return await inventory.changeWarehouse({ id, name, capacity: limit, ...others }, options)
  }
}
