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

inBrowser('a clock that is set a day ahead ends no hold for long', async (t) => {
  const office = await Office.open(t)
  const { inventory } = office
  const hold = { ...MUG, ttlMs: 3_600_000 }
  await inventory.addStock({ ...MUG, qty: 20, source: 'S' })
  await inventory.reserve({ ...hold, qty: 6 })
  const reader = await office.reader()
  const { page } = reader
  await page.addInitScript(() => {
    const { now } = Date
    Date.now = () => now() + Number(sessionStorage.getItem('ahead') ?? 0)
  })
  // Here the service is asked for its time every two seconds.
  await reader.open('overview')
  await page.evaluate(() => sessionStorage.setItem('ahead', '86400000'))
  await inventory.reserve({ ...hold, qty: 1 })
  await page.waitForTimeout(4000)
  await page.getByRole('link', { name: 'Stock', exact: true }).click()
  await reader.shows('MUG', 'SF available', 13)
})
