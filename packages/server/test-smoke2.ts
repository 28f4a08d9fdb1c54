import { openInventory, memory } from 'holdfast'
import { createServer } from './src/http/server.ts'
import { DEFAULT_LIMITS } from './src/http/limits/defaults.ts'
const inventory = await openInventory({ store: memory(), warehouses: [{ id: 'SF', name: 'San Francisco' }] })
for (let i = 0; i < 12; i++) {
  const t = performance.now()
  const app = createServer({ inventory, tokens: null, identify: () => ({ role: 'admin', actor: undefined, scope: 'local' }), limits: DEFAULT_LIMITS, logger: false })
  await app.listen({ port: 0, host: '127.0.0.1' })
  console.log(performance.now() - t); await app.close()
}
await inventory.close()
