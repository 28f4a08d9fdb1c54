import { deepEqual, equal } from 'node:assert/strict'
import type { Inventory } from 'holdfast'
import { inBrowser, Office } from './office.ts'
import { focused, scan } from './scan.ts'

const MUG = { warehouseId: 'SF', productId: 'MUG-BLUE-00000' }
const BARCODE = '036000291452'

/** `type product in warehouse: qty` of each entry of a product. */
async function trail(inventory: Inventory): Promise<string[]> {
  const lines: string[] = []
  for await (const { type, productId, warehouseId, qty } of inventory.audit()) {
    if (productId !== '') lines.push(`${type} ${productId} in ${warehouseId}: ${qty}`)
  }
  return lines
}

inBrowser('a barcode in the units is asked about, and a scanner cannot answer', async (t) => {
  const office = await Office.open(t)
  const { inventory } = office
  await inventory.addStock({ ...MUG, qty: 120, source: 'S' })
  const { id: reservationId } = await inventory.reserve({ ...MUG, qty: 2, ttlMs: 900_000 })
  const before = await trail(inventory)
  const reader = await office.reader()
  const { page } = reader
  const dialog = page.getByRole('dialog')
  const question = dialog.getByText('36,000,291,452 units? This looks like a barcode.')
  await reader.open(`product/${MUG.productId}`)
  for (const [button, units] of [
    ['Receive', 'Units'],
    ['Remove', 'Units'],
    ['Count', 'Counted on the shelf'],
    ['Transfer', 'Units'],
    ['Hold', 'Units'],
    ['Sell', 'Units'],
  ] as const) {
    await page.getByRole('button', { name: button, exact: true }).first().click()
    await dialog.getByLabel(units).fill('')
    await dialog.getByLabel(units).focus()
    await scan(reader, BARCODE, 2)
    await question.waitFor()
    equal(await focused(reader), 'Go back', button)
    if (button === 'Receive') {
      await reader.mustBeAccessible()
      // Another scan, or going back with Enter or Escape, leads back to the field.
      await page.waitForTimeout(600)
      await scan(reader, BARCODE)
      await question.waitFor({ state: 'detached' })
      equal(await focused(reader), 'qty')
      await scan(reader, BARCODE)
      await question.waitFor()
      await page.keyboard.press('Escape')
      await question.waitFor({ state: 'detached' })
      equal(await focused(reader), 'qty')
    } else {
      await page.keyboard.press('Escape')
    }
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
  }
  deepEqual(await trail(inventory), before)

  // A double click is not an answer either; confirming takes a deliberate click.
  await page.getByRole('button', { name: 'Receive', exact: true }).first().click()
  await dialog.getByLabel('Units').fill('12001')
  await page.evaluate(() => {
    new MutationObserver((_, observer) => {
      const buttons = document.querySelectorAll<HTMLElement>('.question button')
      if (buttons.length > 0) observer.disconnect()
      for (const button of buttons) button.click()
    }).observe(document.body, { subtree: true, childList: true })
  })
  await dialog.locator('button[type=submit]').dblclick()
  await dialog
    .getByText(
      '12,001 units? There were never more than 120 of MUG-BLUE-00000 in one warehouse, as far as this page knows.',
    )
    .waitFor()
  deepEqual(await trail(inventory), before)
  await reader.answers('Receive anyway')
  await reader.says('Received 12,001 MUG-BLUE-00000: 12,119 available now.')
  // The largest stock so far is now higher.
  await reader.fillIn('Receive', { Units: '12001' })
  await reader.says('Received 12,001 MUG-BLUE-00000: 24,120 available now.')
  await inventory.release({ reservationId })
})

inBrowser('a product that was never there is named before it is created', async (t) => {
  const office = await Office.open(t)
  const { inventory } = office
  await inventory.addStock({ ...MUG, qty: 12, source: 'S' })
  await inventory.removeStock({ ...MUG, qty: 12, reason: 'LOST' })
  const reader = await office.reader()
  const { page } = reader
  const dialog = page.getByRole('dialog')
  await reader.open('stock')
  const question = dialog.getByText('MUG-BULE-00000 is new: it was never in stock here. Make it?')
  for (const [button, units, done] of [
    ['Receive', 'Units', 'Received 5 MUG-BLUE-00000: 5 available now.'],
    ['Count', 'Counted on the shelf', 'Counted 5 MUG-BLUE-00000: 5 available now.'],
  ] as const) {
    await reader.fillIn(button, { Product: ' MUG-BULE-00000', [units]: '5' })
    await question.waitFor()
    equal(await focused(reader), 'Go back')
    await reader.mustBeAccessible()
    await reader.answers('MUG-BLUE-00000')
    equal(await focused(reader), 'productId')
    await page.keyboard.press('Enter')
    await reader.says(done)
  }
  equal((await trail(inventory)).filter((line) => line.includes('BULE')).length, 0)
  await reader.fillIn('Receive', { Product: 'SAUCER', Units: '5' }, 'Make it')
  await reader.says('Received 5 SAUCER: 5 available now.')
  await reader.fillIn('Receive', { Product: 'SAUCER', Units: '1', Warehouse: 'NYC' })
  await reader.says('Received 1 SAUCER: 1 available now.')
})

inBrowser('a delivery of many lines is one form, in the warehouse on the page', async (t) => {
  const office = await Office.open(t)
  const { inventory } = office
  for (const productId of ['CUP', 'MUG', 'POT'])
    await inventory.addStock({ ...MUG, productId, qty: 9, source: 'S' })
  const began = (await trail(inventory)).length
  const reader = await office.reader()
  const { page } = reader
  const dialog = page.getByRole('dialog')
  await reader.open('stock')
  await page.getByLabel('Show').selectOption('=NYC')
  for (const button of ['Receive', 'Remove', 'Count', 'Hold']) {
    await page.getByRole('button', { name: button, exact: true }).first().click()
    equal(await dialog.getByLabel('Warehouse').inputValue(), 'NYC', button)
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
  }
  await page.getByLabel('Show').selectOption('all')
  await page.getByRole('button', { name: 'Receive', exact: true }).click()
  await dialog.getByText('For what a customer returns, use Take back').waitFor()
  await dialog.getByLabel('Warehouse').selectOption('NYC')
  await dialog.getByLabel('From').fill('POTTERY')
  await dialog.getByLabel('Another line after this one').check()
  await dialog.getByLabel('Product').focus()
  // With the keyboard only, and the same line twice.
  for (const [product, available] of [
    ['CUP', 2],
    ['MUG', 2],
    ['MUG', 4],
    ['POT', 2],
  ] as const) {
    await scan(reader, product)
    equal(await focused(reader), 'qty')
    await page.keyboard.type('2')
    await page.keyboard.press('Enter')
    await reader.says(`Received 2 ${product}: ${available} available now.`)
    await page.waitForFunction(() => document.activeElement?.id === 'field-productId')
    equal(await dialog.getByLabel('Units').inputValue(), '')
  }
  await reader.mustBeAccessible()
  await dialog.getByRole('button', { name: 'Done' }).click()
  const lines = ['CUP', 'MUG', 'MUG', 'POT'].map((product) => `RECEIVED ${product} in NYC: 2`)
  deepEqual((await trail(inventory)).slice(began), lines)

  // Opened again it is as before, except for the warehouse, which is that of the row.
  await page.getByRole('button', { name: 'Receive', exact: true }).click()
  equal(await dialog.getByLabel('Warehouse').inputValue(), 'NYC')
  equal(await dialog.getByLabel('From').inputValue(), 'POTTERY')
  equal(await dialog.getByLabel('Another line after this one').isChecked(), true)
  await page.reload()
  await page.getByRole('button', { name: 'Receive', exact: true }).click()
  equal(await dialog.getByLabel('From').inputValue(), 'POTTERY')
  // The warehouses are read anew behind a reload.
  await dialog
    .getByLabel('Warehouse')
    .locator('option:checked[value="NYC"]')
    .waitFor({ state: 'attached' })
  await page.keyboard.press('Escape')
  await page.getByLabel('Show').selectOption('=SF')
  await page.getByRole('button', { name: 'Receive', exact: true }).click()
  equal(await dialog.getByLabel('Warehouse').inputValue(), 'SF')
})

inBrowser(
  'a delivery is scanned faster than the service answers: no line is lost or wrong',
  async (t) => {
    const office = await Office.open(t)
    const { inventory } = office
    // The id of one product is a likely number of units of another.
    const products = ['1', '2', '3', '12', 'MUG', 'CUP']
    for (const productId of products)
      await inventory.addStock({ ...MUG, productId, qty: 9, source: 'S' })
    const began = (await trail(inventory)).length
    const reader = await office.reader()
    const { page } = reader
    await page.route('**/v1/stock/add', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 150))
      await route.continue()
    })
    await reader.open('stock')
    await page.getByRole('button', { name: 'Receive', exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Another line after this one').check()
    await dialog.getByLabel('Product').focus()
    const lines = Array.from({ length: 18 }, (_, at) => [products[at % 6]!, 3 + (at % 4)] as const)
    for (const [product, units] of lines) {
      // A scanner that ends with two of them.
      await scan(reader, product, 2)
      await scan(reader, String(units))
    }
    await dialog.getByText('18 lines done so far.').waitFor()
    deepEqual(
      (await trail(inventory)).slice(began),
      lines.map(([product, units]) => `RECEIVED ${product} in SF: ${units}`),
    )
    await dialog.getByRole('button', { name: 'Done' }).click()
    await dialog.waitFor({ state: 'detached' })
  },
)

inBrowser('lines that are refused or not answered stay until they are seen to', async (t) => {
  const office = await Office.open(t)
  const { inventory } = office
  for (const productId of ['MUG', 'CUP', 'POT'])
    await inventory.addStock({ ...MUG, warehouseId: 'NYC', productId, qty: 9, source: 'S' })
  const began = (await trail(inventory)).length
  const reader = await office.reader()
  const { page } = reader
  let isLost = false
  await page.route('**/v1/stock/add', async (route) => {
    if (!isLost) return await route.continue()
    await route.fetch()
    await route.abort()
  })
  await reader.open('stock')
  await page.getByRole('button', { name: 'Receive', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Warehouse').selectOption('NYC')
  await dialog.getByLabel('Another line after this one').check()
  const enter = async (product: string, units: string): Promise<void> => {
    await dialog.getByLabel('Product').focus()
    await scan(reader, product)
    await scan(reader, units)
  }
  await enter('MUG', '1000')
  await enter('CUP', '2')
  await dialog.getByText('Received 2 CUP: 11 available now.').waitFor()
  const refused = dialog.getByText('MUG: The warehouse has room for 973 more.')
  await refused.waitFor()
  await reader.mustBeAccessible()
  // It does not close over a line that was not done.
  await dialog.getByRole('button', { name: 'Done' }).click()
  await dialog.getByText('1 line was not done.').waitFor()
  await page.waitForTimeout(600)
  await dialog.getByRole('button', { name: 'Go back' }).click()
  await dialog.getByRole('button', { name: 'Correct it' }).click()
  equal(await dialog.getByLabel('Product').inputValue(), 'MUG')
  equal(await dialog.getByLabel('Units').inputValue(), '1000')
  await dialog.getByLabel('Units').fill('100')
  await page.keyboard.press('Enter')
  await dialog.getByText('Received 100 MUG: 109 available now.').waitFor()
  equal(await refused.count(), 0)

  isLost = true
  await enter('POT', '5')
  const unanswered = dialog.getByText(/did not answer for 1 line/)
  await unanswered.waitFor({ timeout: 30_000 })
  isLost = false
  await dialog.getByRole('button', { name: 'Send them again' }).click()
  await dialog.getByText('Received 5 POT: 14 available now.').waitFor()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await dialog.waitFor({ state: 'detached' })
  deepEqual((await trail(inventory)).slice(began), [
    'RECEIVED CUP in NYC: 2',
    'RECEIVED MUG in NYC: 100',
    'RECEIVED POT in NYC: 5',
  ])
})
