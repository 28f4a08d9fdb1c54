import { shownId, type WarehouseOptions } from 'holdfast'
import type { CommandLine } from '../command-line.ts'
import { EXIT } from '../exit-code.ts'
import { Failure, UsageError } from '../failure.ts'
import { unitPairs } from '../flags/pairs.ts'
import { namedWarehouses } from '../flags/warehouse.ts'
import { readText } from '../input/open-to-read.ts'
import { create } from '../open-inventory.ts'
import { json } from '../output/json.ts'
import { print } from '../output/streams.ts'
import { table } from '../output/table.ts'
import { WAREHOUSES } from '../output/tables.ts'
import { writeConfig } from '../serving/write-config.ts'
import { mustBeNew, shownPlace } from '../store-of.ts'
import { addVerb, optional, repeatable } from '../verb.ts'

interface InitFlags {
  readonly warehouse?: ReadonlyMap<string, string>
  readonly capacity?: Readonly<Record<string, number>>
  readonly reorderThreshold?: Readonly<Record<string, number>>
  readonly warehouses?: string
  readonly config?: string
}

const MORE = `Examples:
  holdfast init --warehouse SF:"San Francisco" --capacity SF=5000
  holdfast init --db shop.db --warehouses warehouses.json

The file: [{"id":"SF","name":"San Francisco","capacity":5000,
            "reorderThreshold":5,"reorderThresholds":{"LAPTOP":10}}, …]`

export function addInit(line: CommandLine): void {
  addVerb<InitFlags>(
    line,
    {
      name: 'init',
      group: 'Warehouses:',
      summary: 'Make a new inventory with its warehouses',
      onlyDb: true,
      flags: [
        repeatable('--warehouse <id:name>', 'a warehouse', namedWarehouses),
        repeatable('--capacity <id=units>', 'the most units it may hold', unitPairs),
        repeatable(
          '--reorder-threshold <id=units>',
          'available units at which a product is low',
          unitPairs,
        ),
        optional('--warehouses <file>', 'all of them from a file: a JSON list'),
        optional('--config <file>', 'only write a config for `serve`, with comments'),
      ],
      more: MORE,
    },
    async ({ db, dbFlag, json: asJson, flags }) => {
      const warehouses = await warehousesOf(flags)
      if (flags.config !== undefined) return await writeConfig(flags.config, dbFlag, warehouses)
      await mustBeNew(db, 'holdfast change-warehouse adds and changes warehouses.')
      await using inventory = await create(db, { warehouses })
      const { items } = await inventory.listWarehouses()
      if (asJson) await print(json({ path: shownPlace(db), warehouses: items }))
      else await print(`${table(WAREHOUSES, items)}\n${shownPlace(db)}`)
      return EXIT.done
    },
  )
}

async function warehousesOf(flags: InitFlags): Promise<WarehouseOptions[]> {
  const { warehouse = new Map<string, string>(), capacity = {}, reorderThreshold = {} } = flags
  for (const id of [...Object.keys(capacity), ...Object.keys(reorderThreshold)]) {
    if (!warehouse.has(id)) throw new UsageError(`there is no --warehouse ${shownId(id)}:…`)
  }
  const named = [...warehouse].map(([id, name]) => ({
    id,
    name,
    capacity: ownValue(capacity, id),
    reorderThreshold: ownValue(reorderThreshold, id),
  }))
  const all =
    flags.warehouses === undefined ? named : [...named, ...(await readList(flags.warehouses))]
  if (all.length === 0 && flags.config === undefined)
    throw new UsageError('name at least one --warehouse, or a file of --warehouses')
  return all
}

function ownValue(units: Readonly<Record<string, number>>, id: string): number | undefined {
  return Object.hasOwn(units, id) ? units[id] : undefined
}

/** The library checks the list. */
async function readList(path: string): Promise<WarehouseOptions[]> {
  const text = await readText(path)
  try {
    const list: unknown = JSON.parse(text)
    if (Array.isArray(list)) return list as WarehouseOptions[]
  } catch {
    // Reported below, together with JSON that is not a list.
  }
  throw new Failure(`${path} is not a JSON list of warehouses`)
}
