import type { FastifyInstance } from 'fastify'
import { orderQty, type Inventory, type ReorderStrategy } from 'holdfast'
import { Type } from 'typebox'
import { ProductId, Seq, WarehouseId } from '../schemas/fields.ts'

const Params = Type.Object(
  { warehouseId: WarehouseId, productId: ProductId },
  { additionalProperties: false },
)
const Nothing = Type.Object({}, { additionalProperties: false })
const ReorderAnswer = Type.Object(
  {
    warehouseId: Type.String(),
    productId: Type.String(),
    available: Type.Integer(),
    held: Type.Integer({
      description: 'Units in carts: low, but nothing to order while they last',
    }),
    threshold: Type.Integer({ description: 'Available units at which the product counts as low' }),
    isLow: Type.Boolean(),
    orderQty: Type.Integer({ description: 'Units that the strategy would order; 0 for none' }),
    seq: Seq,
  },
  { title: 'ReorderAnswer', additionalProperties: false },
)

/** What the reorder strategy says of one level as it stands; nothing is ordered by asking. */
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
