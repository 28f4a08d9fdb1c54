import type { FastifyInstance } from 'fastify'
import { LIMITS, type Inventory, type WarehouseChanges, type WarehouseOptions } from 'holdfast'
import { MERGE_PATCH } from '../input/json-body.ts'
import { boolean, object, optional, raw, string } from '../schemas/schema.ts'
import * as f from '../schemas/fields.ts'
import { WarehouseAnswer } from '../schemas/records.ts'

const Name = string({ minLength: 1, maxLength: LIMITS.idLength })
const Sells = boolean({
  description: 'Whether its units are offered; with false it still receives, counts and ships',
})

function thresholds(units: object) {
  return raw({
    type: 'object',
    maxProperties: 1000,
    propertyNames: { type: 'string', minLength: 1, maxLength: LIMITS.idLength },
    additionalProperties: units,
  })
}

const Body = object(
  {
    name: Name,
    capacity: optional(f.Count),
    reorderThreshold: optional(f.Count),
    reorderThresholds: optional(thresholds({ type: 'integer', minimum: 0, maximum: LIMITS.qty })),
    sells: optional(Sells),
  },
  { title: 'WarehouseBody', additionalProperties: false },
)

const countOrNull = { type: ['integer', 'null'], minimum: 0, maximum: LIMITS.qty }

const Changes = object(
  {
    name: optional(Name),
    capacity: optional(raw({ ...countOrNull, description: 'Units; null for no limit' })),
    reorderThreshold: optional(f.Count),
    reorderThresholds: optional({
      ...thresholds(countOrNull),
      description: 'Thresholds by product; null for the threshold of the warehouse',
    }),
    sells: optional(Sells),
  },
  { title: 'WarehouseChanges', additionalProperties: false },
)

type Described = Omit<WarehouseOptions, 'id'>

type Patch = Omit<WarehouseChanges, 'id'>

const Params = object({ warehouseId: f.WarehouseId }, { additionalProperties: false })

/** Replaces or changes the description of a warehouse. Both are idempotent. */
export function warehouseRoutes(app: FastifyInstance, inventory: Inventory): void {
  const change = async (options: WarehouseOptions, actor: string | undefined) =>
    await inventory.changeWarehouse(options, actor === undefined ? {} : { actor })

  app.put<{ Params: { warehouseId: string }; Body: Described }>(
    '/v1/warehouses/:warehouseId',
    {
      config: { need: 'admin' },
      schema: {
        operationId: 'changeWarehouse',
        summary:
          'Replace the description of a warehouse, or add one; omitted fields get their defaults',
        params: Params,
        body: Body,
        response: { 200: WarehouseAnswer },
      },
    },
    ({ params, body, caller }) => change({ id: params.warehouseId, ...body }, caller.actor),
  )
  app.patch<{ Params: { warehouseId: string }; Body: Patch }>(
    '/v1/warehouses/:warehouseId',
    {
      config: { need: 'admin' },
      schema: {
        operationId: 'patchWarehouse',
        summary: 'Change the given fields of a warehouse; the others stay',
        params: Params,
        body: Changes,
        refusals: ['WAREHOUSE_NOT_FOUND'],
        alsoTakes: MERGE_PATCH,
        response: { 200: WarehouseAnswer },
      },
    },
    ({ params, body, caller }) =>
      inventory.patchWarehouse(
        { ...body, id: params.warehouseId },
        caller.actor === undefined ? {} : { actor: caller.actor },
      ),
  )
}
