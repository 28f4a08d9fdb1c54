import { openInventory } from 'holdfast'
import { sqlite } from 'holdfast/sqlite'
import { DEMO_WAREHOUSES, fillDemo } from './src/cli/serving/demo-inventory.ts'
const inventory = await openInventory({ store: sqlite({ path: '/tmp/hs/t' + process.pid + '.db' }), warehouses: DEMO_WAREHOUSES })
console.log('open'); await fillDemo(inventory); console.log('filled'); await inventory.close(); console.log('closed')
