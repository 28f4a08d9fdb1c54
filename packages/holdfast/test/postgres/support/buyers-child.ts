// Buyers of one product, all at once; prints the result. Its parameters are JSON:
//   node --conditions=source buyers-child.ts '{"url": …, "schema": …, "buyers": 1000, "name": "one"}'
import { InventoryError, openInventory } from 'holdfast'
import { postgres } from 'holdfast/postgres'

const { url, schema, buyers, name } = JSON.parse(process.argv[2]!) as {
  url: string
  schema: string
  buyers: number
  name: string
}
const inventory = await openInventory({ store: postgres({ connectionString: url, schema }) })
process.stdout.write('open\n')
await new Promise((resolve) => process.stdin.once('data', resolve))
process.stdin.destroy()

const outcomes = { sold: 0, refused: 0 }
await Promise.all(
  Array.from({ length: buyers }, async (_, buyer) => {
    const order = { warehouseId: 'SF', productId: 'CONSOLE', qty: 1, ttlMs: 600_000 }
    try {
      const { id } = await inventory.reserve({ ...order, owner: `${name} ${buyer}` })
      await inventory.confirm({ reservationId: id })
      outcomes.sold++
    } catch (error) {
      if (!(error instanceof InventoryError)) throw error
      outcomes.refused++
    }
  }),
)
await inventory.close()
process.stdout.write(JSON.stringify(outcomes))
