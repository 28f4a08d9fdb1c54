import { equal } from 'node:assert/strict'
import { inBrowser, Office } from './office.ts'

const MUG = { warehouseId: 'SF', productId: 'MUG' }

inBrowser('the stock is there, is found, sorted and walked through by keys', async (t) => {
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
  const row = page.getByRole('row', { name: /^MUG/ })
  equal(await row.getByRole('gridcell').nth(3).innerText(), 'low4')
  equal(await row.getByRole('gridcell').nth(4).innerText(), '6')

  await page.getByRole('button', { name: 'On hand' }).first().click()
  equal(await page.getByRole('rowheader').first().innerText(), 'TRAY')
  await page.keyboard.press('/')
  await page.keyboard.type('li')
  await page.getByText('1 product', { exact: true }).waitFor()
  equal(await page.getByRole('rowheader').first().innerText(), 'LID')

  await page.getByRole('grid').focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('Enter')
  await page.waitForURL(/#\/product\/LID$/)
  await reader.open('stock')
  await reader.mustBeAccessible()
})

inBrowser('a change lights up in another browser within a second', async (t) => {
  const office = await Office.open(t)
  await office.inventory.addStock({ ...MUG, qty: 10, source: 'SUPPLIER' })
  const [ann, bob] = await Promise.all([office.reader(), office.reader()])
  await Promise.all([ann.open('stock'), bob.open('stock')])
  const seen = bob.page.getByRole('row', { name: /^MUG/ }).getByRole('gridcell').nth(3)
  await seen.getByText('10').waitFor()

  await ann.fillIn('Receive', { Product: 'MUG', Units: '7' })
  await ann.page.getByText('Received 7 MUG: 17 available now.').waitFor()
  const began = performance.now()
  await seen.getByText('17').waitFor({ timeout: 1000 })
  t.diagnostic(`seen ${Math.round(performance.now() - began)} ms after the answer`)
})
