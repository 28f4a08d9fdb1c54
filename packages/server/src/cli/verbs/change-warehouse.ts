import { checkId, shownId, WarehouseNotFoundError } from 'holdfast'
import type { CommandLine } from '../command-line.ts'
import { EXIT } from '../exit-code.ts'
import { UsageError } from '../failure.ts'
import { unitOrNonePairs } from '../flags/pairs.ts'
import { unitsOrNone } from '../flags/warehouse.ts'
import { wholeNumber } from '../flags/whole-number.ts'
import { withWriter, type AnyInventory } from '../open-inventory.ts'
import { json } from '../output/json.ts'
import { print } from '../output/streams.ts'
import { table } from '../output/table.ts'
import { WAREHOUSES } from '../output/tables.ts'
import { addVerb, optional, repeatable } from '../verb.ts'
import { COMMANDS } from 'holdfast/model'
import { fieldFlag } from '../flags/field-flag.ts'

interface ChangeFlags {
  readonly warehouseId: string
  readonly name?: string
  readonly capacity?: number | 'none'
  readonly reorderThreshold?: number
  readonly productThreshold?: Readonly<Record<string, number | null>>
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
          unitsOrNone,
        ),
        optional(
          '--reorder-threshold <units>',
          'available units at which a product is low',
        ).argParser(wholeNumber),
        repeatable(
          '--product-threshold <id=units>',
          'the same for one product; none for that of the warehouse',
          unitOrNonePairs,
        ),
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
  const { productThreshold: thresholds } = flags
  const others = {
    reorderThreshold: flags.reorderThreshold,
    sells: sells === undefined ? undefined : sells === 'yes',
  }
  try {
    const capacity = units === 'none' ? null : units
    const changes = { id, name, capacity, reorderThresholds: thresholds, ...others }
    return await inventory.patchWarehouse(changes, options)
  } catch (error) {
    if (!(error instanceof WarehouseNotFoundError)) throw error
    if (name === undefined) throw new UsageError(`${shownId(id)} is new: it needs a --name`)
    const capacity = units === 'none' ? undefined : units
    const given = Object.entries(thresholds ?? {}).filter(isNumber)
    const made = { id, name, capacity, reorderThresholds: Object.fromEntries(given), ...others }
    return await inventory.changeWarehouse(made, options)
  }
}

function isNumber(pair: [string, number | null]): pair is [string, number] {
  return pair[1] !== null
}
