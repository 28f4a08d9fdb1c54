import { equal, ok } from 'node:assert/strict'
import { inBrowser, Office } from './office.ts'

const MUG = { warehouseId: 'SF', productId: 'MUG' }

inBrowser('the stock is shown, found, sorted and navigated with keys', async (t) => {
  const office = await Office.open(t)
  await office.inventory.batch({
    commands: ['MUG', 'LID', 'TRAY'].map((productId, index) => ({
      verb: 'addStock' as const,
      warehouseId: 'SF',
      productId,
      qty: 10 * (index + 1),
      source: 'SUPPLIER',
    })),
  })
  await office.inventory.reserve({ ...MUG, qty: 6, ttlMs: 60_000 })
  const reader = await office.reader()
  const { page } = reader
  await reader.open('stock')
  await reader.shows('MUG', 'SF available', 4)
  await reader.shows('MUG', 'SF reserved', 6)
  await reader.shows('MUG', 'onHand', 10)
  const low = page.getByRole('row', { name: /^MUG/ }).getByText('low')
  equal(await low.first().isVisible(), true)

  await page.getByRole('button', { name: 'On hand' }).first().click()
  equal(await page.getByRole('rowheader').first().innerText(), 'TRAY')
  await page.keyboard.press('/')
  await page.keyboard.type('li')
  await page.getByText('1 product', { exact: true }).waitFor()
  equal(await page.getByRole('rowheader').first().innerText(), 'LID')

  await page.getByRole('link', { name: 'Stock', exact: true }).click()
  await page.getByText('3 products', { exact: true }).waitFor()
  equal(await page.getByRole('searchbox').inputValue(), '')
  await page.getByRole('grid').focus()
  const rows = page.getByRole('rowheader')
  await rows.nth(2).waitFor()
  // A new row above does not move another product under the reader's hand.
  await office.inventory.addStock({ ...MUG, productId: 'CUP', qty: 1, source: 'S' })
  await rows.filter({ hasText: 'CUP' }).waitFor()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('Enter')
  await page.waitForURL(/#\/product\/LID$/)
  await reader.open('stock')
  await reader.mustBeAccessible()
})

inBrowser('the way back from a product leads to its row', async (t) => {
  const office = await Office.open(t)
  await office.inventory.batch({
    commands: Array.from({ length: 300 }, (_, index) => ({
      verb: 'addStock' as const,
      warehouseId: 'SF',
      productId: `P${1000 + index}`,
      qty: 1,
      source: 'S',
    })),
  })
  const reader = await office.reader()
  const { page } = reader
  await reader.open('stock')
  const grid = page.getByRole('grid')
  await grid.focus()
  for (let press = 0; press < 4; press++) await page.keyboard.press('PageDown')
  await page.keyboard.press('ArrowRight')
  const active = page.locator('.active')
  const row = await active.locator('xpath=..').innerText()
  const scrolled = await grid.evaluate((element) => element.scrollTop)
  ok(scrolled > 0)
  await page.keyboard.press('Enter')
  await page.waitForURL(/#\/product\/P1/)
  // Rows before it that are new do not move it away.
  await office.inventory.addStock({ ...MUG, productId: 'A', qty: 1, source: 'S' })
  await page.goBack()
  await active.waitFor()
  equal(await active.locator('xpath=..').innerText(), row)
  ok(Math.abs((await grid.evaluate((element) => element.scrollTop)) - scrolled) < 100)
  await page.keyboard.press('ArrowDown')
  equal(await active.count(), 1)
  // Clicked, too.
  await page.getByRole('link', { name: 'P1044' }).click()
  await page.waitForURL(/#\/product\/P1044/)
  await page.goBack()
  const clicked = active.and(page.getByRole('rowheader', { name: 'P1044' }))
  await clicked.waitFor()
  // A warehouse that is described anew makes the grid anew.
  await office.inventory.patchWarehouse({ id: 'SF', name: 'Oakland' })
  await page.getByRole('columnheader', { name: 'Oakland' }).waitFor()
  equal(await clicked.count(), 1)
})

inBrowser('the way back from a product leads to its column, too', async (t) => {
  const warehouses = Array.from({ length: 15 }, (_, index) => ({ id: `W${index}`, name: 'W' }))
  const office = await Office.open(t, { warehouses })
  await office.inventory.addStock({ ...MUG, warehouseId: 'W14', qty: 3, source: 'S' })
  const reader = await office.reader()
  const { page } = reader
  await reader.open('stock')
  const grid = page.getByRole('grid')
  await grid.focus()
  await page.keyboard.press('End')
  const scrolled = await grid.evaluate((element) => element.scrollLeft)
  ok(scrolled > 0)
  await page.keyboard.press('Enter')
  await page.waitForURL(/#\/product\/MUG/)
  await page.goBack()
  await page.locator('.active').waitFor()
  equal(await grid.evaluate((element) => element.scrollLeft), scrolled)
})

inBrowser('with very many warehouses the sum is shown first', async (t) => {
  const warehouses = Array.from({ length: 21 }, (_, index) => ({ id: `W${index}`, name: 'W' }))
  const office = await Office.open(t, { warehouses })
  await office.inventory.addStock({ ...MUG, warehouseId: 'W20', qty: 3, source: 'S' })
  const reader = await office.reader()
  await reader.open('stock')
  await reader.page.getByRole('row', { name: /^MUG 3 0 0 3$/ }).waitFor()
  await reader.page.getByLabel('Show').selectOption('all')
  await reader.page.getByRole('gridcell').nth(87).waitFor()
})

inBrowser('a change is highlighted in another browser within a second', async (t) => {
  const office = await Office.open(t)
  await office.inventory.addStock({ ...MUG, qty: 10, source: 'SUPPLIER' })
  const [ann, bob] = await Promise.all([office.reader(), office.reader()])
  await Promise.all([ann.open('stock'), bob.open('stock')])
  await bob.shows('MUG', 'SF available', 10)

  await ann.fillIn('Receive', { Product: 'MUG', Units: '7' })
  await ann.page.getByText('Received 7 MUG: 17 available now.').waitFor()
  const began = performance.now()
  await bob.shows('MUG', 'SF available', 17)
  ok(performance.now() - began < 1000)
  t.diagnostic(`seen ${Math.round(performance.now() - began)} ms after the answer`)
})
