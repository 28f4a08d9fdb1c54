import { ok } from 'node:assert/strict'
import { memory, openInventory } from 'holdfast'
import { startService } from '@holdfast/server'
import { inBrowser, Office, WAREHOUSES } from './office.ts'

const MUG = { warehouseId: 'SF', productId: 'MUG' }

inBrowser('a hold ends on screen at its instant, though it is not recorded yet', async (t) => {
  // No sweeper: the trail never records the expiry.
  const inventory = await openInventory({ store: memory(), warehouses: WAREHOUSES, sweepMs: 0 })
  const service = await startService({ inventory, port: 0 })
  const office = Office.of(t, inventory, service)
  await inventory.addStock({ ...MUG, qty: 10, source: 'SUPPLIER' })
  const [ann, bob, cleo] = await Promise.all([office.reader(), office.reader(), office.reader()])
  await Promise.all([
    ann.open('stock'),
    bob.open('reservations?status=PENDING'),
    cleo.open('product/MUG'),
  ])
  // Long enough for three pages to show it, even on a busy machine.
  const { expiresAt } = await inventory.reserve({ ...MUG, qty: 4, owner: 'cart-7', ttlMs: 9000 })

  await ann.shows('MUG', 'SF available', 6)
  await bob.page.getByRole('row', { name: /cart-7/ }).waitFor()
  await cleo.page
    .getByRole('region', { name: 'Open holds' })
    .getByText(/^0:0\d$/)
    .waitFor()
  ok(Date.now() < expiresAt, 'all of it was seen while the hold lived')

  await ann.shows('MUG', 'SF available', 10)
  const lateMs = Date.now() - expiresAt
  ok(lateMs >= 0, `back on screen ${-lateMs} ms before its instant`)
  t.diagnostic(`back on screen ${lateMs} ms after its instant`)
  await bob.page.getByText('No reservation is like this.').waitFor()
  await cleo.page.getByText('Nobody holds any of it.').waitFor()
  await cleo.page.getByText('4 of holds that are over, not written down yet').waitFor()
})
