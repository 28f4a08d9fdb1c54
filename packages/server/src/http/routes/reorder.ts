import type { FastifyInstance } from 'fastify'
import { orderQty, type Inventory, type ReorderStrategy } from 'holdfast'
import { boolean, integer, object, string } from '../schemas/schema.ts'
import { ProductId, Seq, WarehouseId } from '../schemas/fields.ts'

const Params = object(
  { warehouseId: WarehouseId, productId: ProductId },
  { additionalProperties: false },
)
const Nothing = object({}, { additionalProperties: false })
const ReorderAnswer = object(
  {
    warehouseId: string(),
    productId: string(),
    available: integer(),
    held: integer({
      description: 'Units in carts: they make the level low, but nothing is ordered for them',
    }),
    threshold: integer({ description: 'Available units at which the product counts as low' }),
    isLow: boolean(),
    orderQty: integer({ description: 'Units that the strategy would order; 0 for none' }),
    seq: Seq,
  },
  { title: 'ReorderAnswer', additionalProperties: false },
)

/** What the reorder strategy would order for one level now. Asking orders nothing. */
export function reorderRoute(
  app: FastifyInstance,
  inventory: Inventory,
  strategy: ReorderStrategy,
): void {
  app.get<{ Params: { warehouseId: string; productId: string } }>(
    '/v1/stock/:warehouseId/:productId/reorder',
    {
      schema: {
        operationId: 'reorder',
        summary: 'Whether one level is low, and how many units to order',
        params: Params,
        refusals: ['WAREHOUSE_NOT_FOUND'],
        querystring: Nothing,
        response: { 200: ReorderAnswer },
      },
    },
    async ({ params }) => {
      const { warehouseId, productId, available, held, seq } = await inventory.stock(params)
      const { items } = await inventory.listWarehouses()
      const warehouse = items.find(({ id }) => id === warehouseId)
      const { reorderThreshold = 0, reorderThresholds = {} } = warehouse ?? {}
      const own = Object.hasOwn(reorderThresholds, productId)
      const threshold = own ? reorderThresholds[productId]! : reorderThreshold
      const level = { warehouseId, productId, available, held }
      return {
        ...level,
        threshold,
        isLow: available <= threshold,
        orderQty: orderQty(strategy, level, threshold),
        seq,
      }
    },
  )
}
