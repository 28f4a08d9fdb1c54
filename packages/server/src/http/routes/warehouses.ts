import type { FastifyInstance } from 'fastify'
import { LIMITS, type Inventory, type WarehouseOptions } from 'holdfast'
import { object, optional, raw, string } from '../schemas/schema.ts'
import * as f from '../schemas/fields.ts'
import { WarehouseAnswer } from '../schemas/records.ts'

const Body = object(
  {
    name: string({ minLength: 1, maxLength: LIMITS.idLength }),
    capacity: optional(f.Count),
    reorderThreshold: optional(f.Count),
    reorderThresholds: optional(
      raw({
        type: 'object',
        maxProperties: 1000,
        propertyNames: { type: 'string', minLength: 1, maxLength: LIMITS.idLength },
        additionalProperties: { type: 'integer', minimum: 0, maximum: LIMITS.qty },
      }),
    ),
  },
  { title: 'WarehouseBody', additionalProperties: false },
)

const Params = object({ warehouseId: f.WarehouseId }, { additionalProperties: false })

/** A warehouse is described as a whole, so that doing it twice is doing it once. */
export function warehouseRoutes(app: FastifyInstance, inventory: Inventory): void {
  app.put<{ Params: { warehouseId: string }; Body: Omit<WarehouseOptions, 'id'> }>(
    '/v1/warehouses/:warehouseId',
    {
      config: { need: 'administer' },
      schema: {
        operationId: 'changeWarehouse',
        summary:
          'Describe a warehouse anew, or add one; what is left out falls back to its default',
        params: Params,
        body: Body,
        response: { 200: WarehouseAnswer },
      },
    },
    ({ params, body, caller }) => {
      const { actor } = caller
      const options = { id: params.warehouseId, ...body }
      return inventory.changeWarehouse(options, actor === undefined ? {} : { actor })
    },
  )
}
