import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { WarehouseOptions } from 'holdfast'
import type { CommandLine } from '../command-line.ts'
import { EXIT } from '../exit-code.ts'
import { Failure, UsageError } from '../failure.ts'
import { unitPairs } from '../flags/pairs.ts'
import { capacity, namedWarehouses } from '../flags/warehouse.ts'
import { wholeNumber } from '../flags/whole-number.ts'
import { create, withWriter } from '../open-inventory.ts'
import { json } from '../output/json.ts'
import { print } from '../output/streams.ts'
import { table } from '../output/table.ts'
import { WAREHOUSES } from '../output/tables.ts'
import { mustBeNew } from '../store-of.ts'
import { addVerb, optional } from '../verb.ts'
import { warehouseId } from './fields.ts'

const GROUP = 'Warehouses:'

interface InitFlags {
  readonly warehouse?: ReadonlyMap<string, string>
  readonly capacity?: Readonly<Record<string, number>>
  readonly reorderThreshold?: Readonly<Record<string, number>>
  readonly warehouses?: string
}

interface ChangeFlags {
  readonly warehouseId: string
  readonly name?: string
  readonly capacity?: number | 'none'
  readonly reorderThreshold?: number
  readonly productThreshold?: Readonly<Record<string, number>>
}

export function addWarehouses(line: CommandLine): void {
  addVerb<InitFlags>(
    line,
    {
      name: 'init',
      group: GROUP,
      summary: 'Make a new inventory with its warehouses',
      flags: [
        optional('--warehouse <id:name>', 'a warehouse; repeatable').argParser(namedWarehouses),
        optional('--capacity <id=units>', 'what it may be filled to; repeatable').argParser(unitPairs),
        optional('--reorder-threshold <id=units>', 'what counts as low there; repeatable').argParser(
          unitPairs,
        ),
        optional('--warehouses <file>', 'or all of them from a file: a JSON list'),
      ],
      more:
        'Example: holdfast init --warehouse SF:"San Francisco" --warehouse NYC:"New York" --capacity SF=5000\n' +
        'A file: [{"id":"SF","name":"San Francisco","capacity":5000,"reorderThreshold":5,"reorderThresholds":{"LAPTOP":10}}]',
    },
    async ({ db, json: asJson, flags }) => {
      const warehouses = await warehousesOf(flags)
      mustBeNew(db, 'holdfast change-warehouse adds and changes warehouses.')
      await using inventory = await create(db, { warehouses })
      const made = await inventory.listWarehouses()
      if (asJson) await print(json({ path: resolve(db), warehouses: made.items }))
      else await print(`${resolve(db)}\n${table(WAREHOUSES, made.items)}`)
      return EXIT.done
    },
  )

  addVerb<ChangeFlags>(
    line,
    {
      name: 'change-warehouse',
      group: GROUP,
      summary: 'Change a warehouse, or add one',
      flags: [
        warehouseId(),
        optional('--name <text>', 'its name'),
        optional('--capacity <units>', 'what it may be filled to; none: unlimited').argParser(capacity),
        optional('--reorder-threshold <units>', 'what counts as low').argParser(wholeNumber),
        optional('--product-threshold <id=units>', 'what counts as low of one product; repeatable').argParser(
          unitPairs,
        ),
        optional('--actor <text>', 'who does it; stands in the trail'),
      ],
      more: 'What is not given stays as it is.',
    },
    async ({ db, json: asJson, flags }) =>
      withWriter(db, async (inventory) => {
        const { items } = await inventory.listWarehouses()
        const known = items.find(({ id }) => id === flags.warehouseId)
        const changed = await inventory.changeWarehouse(
          changedWarehouse(known, flags),
          (flags as { actor?: string }).actor === undefined
            ? {}
            : { actor: (flags as { actor: string }).actor },
        )
        await print(asJson ? json(changed) : `${table(WAREHOUSES, [changed])}\nseq ${changed.seq}`)
        return EXIT.done
      }),
  )
}
