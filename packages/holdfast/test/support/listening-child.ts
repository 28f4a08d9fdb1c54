// Opens an inventory and listens to it in every way, and then has nothing more to do.
//   node --conditions=source listening-child.ts memory
//   node --conditions=source listening-child.ts sqlite FILE
//   node --conditions=source listening-child.ts postgres URL SCHEMA
import { memory, openInventory, type Store } from 'holdfast'
import { postgres } from 'holdfast/postgres'
import { sqlite } from 'holdfast/sqlite'

const [kind, where = '', schema] = process.argv.slice(2)

function store(): Store {
  if (kind === 'sqlite') return sqlite(where)
  return kind === 'postgres' ? postgres({ connectionString: where, schema }) : memory()
}

const inventory = await openInventory({
  store: store(),
  warehouses: [{ id: 'SF', name: 'San Francisco' }],
})
async function follow(): Promise<void> {
  for await (const { type } of inventory.feed()) process.stdout.write(`feed ${type}\n`)
}
void follow()
await inventory.consume(
  { name: 'all' },
  ({ type }) => void process.stdout.write(`consumer ${type}\n`),
)
await inventory.consume({ name: 'failing', onError: () => undefined }, () => {
  throw new Error('not now')
})
await inventory.addStock({ warehouseId: 'SF', productId: 'MUG', qty: 1, source: 'FACTORY' })
await inventory.stock({ warehouseId: 'SF', productId: 'MUG' })
