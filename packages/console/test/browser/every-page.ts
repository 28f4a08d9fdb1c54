import { equal, match, ok } from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import { inBrowser, Office } from './office.ts'

const MOST_SCRIPT_BYTES = 100 * 1024

inBrowser('every page is accessible in both colours, and links to what it counts', async (t) => {
  const office = await Office.open(t)
  const { inventory, service } = office
  const mug = { warehouseId: 'NYC', productId: 'MUG' }
  await inventory.addStock({ ...mug, qty: 25, source: 'SUPPLIER' })
  const hold = await inventory.reserve({ ...mug, qty: 6, ttlMs: 300_000, owner: 'cart-1' })
  const move = { fromWarehouseId: 'NYC', toWarehouseId: 'SF', productId: 'MUG', qty: 2 }
  await inventory.transfer({ ...move, requiresApproval: true })
  const reader = await office.reader()
  const { page } = reader
  await office.refused({ ...mug, qty: 99, ttlMs: 60_000 })
  for (const path of ['overview', 'reservations', 'refusals', 'warehouses', 'count', 'nowhere']) {
    await reader.open(path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await reader.mustBeAccessible()
  }
  await reader.open('overview')
  for (const [name, url] of [
    ['Holds about to end 1', '#/reservations?status=PENDING'],
    ['Low stock 1', '#/stock?low=1'],
    ['Transfers waiting 1', '#/transfers'],
    ['Refusals 1', '#/refusals'],
  ] as const) {
    const href = await page.getByRole('link', { name: new RegExp(`^${name}`) }).getAttribute('href')
    equal(href, url)
  }
  await page.getByRole('row', { name: /MUG NYC 19 20 none/ }).waitFor()
  await inventory.confirm({ reservationId: hold.id })
  await page.getByRole('row', { name: /MUG NYC 19 20 order 61/ }).waitFor()
  await page.getByRole('row', { name: /Hold 99 MUG in NYC Not enough stock/ }).waitFor()
  await page.getByRole('link', { name: /^Low stock 1/ }).click()
  await page.getByText('1 product', { exact: true }).waitFor()

  await page.goto(`${service.url}/?again`)
  await page.getByText('Live', { exact: true }).waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  equal(await page.evaluate(() => document.activeElement?.id), 'main')
})

inBrowser('the policy is strict, and the script is small', async (t) => {
  const { service } = await Office.open(t)
  const response = await fetch(`${service.url}/`)
  const policy = response.headers.get('content-security-policy') ?? ''
  match(policy, /default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'/)
  ok(!policy.includes('unsafe'))
  const html = await response.text()
  equal(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/i.exec(html), null)
  let bytes = 0
  for (const [, path] of html.matchAll(/<script[^>]*src="([^"]+)"/g)) {
    const script = await (await fetch(new URL(path!, service.url))).text()
    bytes += gzipSync(script, { level: 9 }).length
  }
  t.diagnostic(`${bytes} bytes of JavaScript, compressed`)
  ok(bytes > 0 && bytes < MOST_SCRIPT_BYTES, `${bytes} bytes`)
})
