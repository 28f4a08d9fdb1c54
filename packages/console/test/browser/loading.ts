import { deepEqual, equal } from 'node:assert/strict'
import { inBrowser, Office } from './office.ts'

/** What pages say when there is none of something. */
const NONE = [
  'Nothing is low.',
  'No hold ends',
  'of 0',
  'Nothing waits',
  'Nothing was refused',
  'None yet.',
  'Nobody holds any of it.',
  'There is no stock yet.',
  'There has never been any',
  'at most in the last minute',
  'does not have enough',
]

inBrowser('while it loads, no page says that there is none', async (t) => {
  const office = await Office.open(t)
  const { inventory } = office
  const mug = { warehouseId: 'SF', productId: 'MUG' }
  await inventory.addStock({ ...mug, qty: 5, source: 'S' })
  await inventory.reserve({ ...mug, qty: 2, ttlMs: 600_000 })
  await inventory.transfer({
    productId: 'MUG',
    fromWarehouseId: 'SF',
    toWarehouseId: 'NYC',
    qty: 1,
    requiresApproval: true,
  })
  await office.refused({ ...mug, qty: 50, ttlMs: 60_000 })
  const reader = await office.reader()
  const { page } = reader
  // Each way of being halfway there: nothing has come, only some has.
  for (const late of ['**/v1/**', '**/v1/reservations**', '**/v1/transfers**', '**/v1/stock**']) {
    let goOn = (): void => undefined
    const waited = new Promise<void>((resolve) => (goOn = resolve))
    await page.route(late, async (route) => {
      await waited
      await route.continue()
    })
    await page.goto('about:blank')
    await page.goto(`${office.service.url}/#/overview`)
    for (const path of ['overview', 'transfers', 'stock', 'product/MUG', 'refusals', 'trail']) {
      await page.evaluate((hash) => (location.hash = hash), `#/${path}`)
      await page.waitForTimeout(150)
      const text = await page.locator('main').innerText()
      const found = NONE.filter((none) => text.includes(none))
      // What has come is so.
      const known = late === '**/v1/**' ? [] : ['None yet.', 'at most in the last minute']
      deepEqual(
        found.filter((none) => !known.includes(none)),
        [],
        `${path}, ${late}`,
      )
    }
    if (late !== '**/v1/transfers**') {
      equal(await page.getByText('Not live').count(), 0)
      await page.locator('header').getByText('Loading…').waitFor()
      if (late === '**/v1/**') await reader.mustBeAccessible()
    }
    // No figure is shown that a part of the stock would give.
    await page.evaluate(() => (location.hash = '#/warehouses'))
    if (late !== '**/v1/transfers**') {
      await page.getByText('Loading warehouses…').waitFor()
      equal(await page.getByRole('table').count(), 0)
    }
    goOn()
    await page.getByText('Live', { exact: true }).waitFor()
    await page.unroute(late)
  }
  await page.evaluate(() => (location.hash = '#/overview'))
  await page.getByText('within 15 minutes').filter({ hasText: 'of 1' }).waitFor()
})
