import { deepEqual, equal } from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { inBrowser, Office } from './office.ts'
import { focused, scan } from './scan.ts'

/** An office with two products in stock, and a reader with the form for a delivery of many lines. */
async function delivery(t: TestContext) {
  const office = await Office.open(t)
  const { inventory } = office
  for (const productId of ['MUG', 'CUP'])
    await inventory.addStock({ warehouseId: 'SF', productId, qty: 9, source: 'S' })
  const { seq: before } = await inventory.head()
  const reader = await office.reader()
  const { page } = reader
  const dialog = page.getByRole('dialog')
  const open = async (): Promise<void> => {
    await page.getByRole('button', { name: 'Receive', exact: true }).click()
    await dialog.getByLabel('Another line after this one').check()
    await dialog.getByLabel('Product').focus()
  }
  const received = async (): Promise<string[]> => {
    const lines: string[] = []
    for await (const { productId, qty } of inventory.audit({ after: before }))
      lines.push(`${qty} ${productId}`)
    return lines
  }
  await reader.open('stock')
  await open()
  return { reader, page, dialog, open, received }
}

inBrowser('units that were typed for one product are never those of the next', async (t) => {
  const { reader, page, dialog, received } = await delivery(t)
  const units = dialog.getByLabel('Units')
  await scan(reader, 'CUPP')
  await scan(reader, '3')
  await dialog.getByText('CUPP is new').waitFor()
  await page.waitForTimeout(600)
  // The clerk has not looked up: this Enter goes back.
  await scan(reader, 'MUG')
  equal(await focused(reader), 'productId')
  await scan(reader, 'MUG', 2)
  equal(await focused(reader), 'qty')
  equal(await units.inputValue(), '')
  await scan(reader, '4')
  await dialog.getByText('Received 4 MUG: 13 available now.').waitFor()

  // After an id that was offered instead, too.
  await scan(reader, 'CUPP')
  await scan(reader, '3')
  await reader.answers('CUP')
  equal(await focused(reader), 'productId')
  await scan(reader, 'MUG')
  equal(await focused(reader), 'qty')
  await scan(reader, '5')
  await dialog.getByText('Received 5 MUG: 18 available now.').waitFor()

  // And after a line that is corrected.
  await scan(reader, 'MUG')
  await scan(reader, '0')
  await dialog.getByRole('button', { name: 'Correct it' }).click()
  await scan(reader, 'CUP')
  equal(await focused(reader), 'qty')
  await scan(reader, '6')
  await dialog.getByText('Received 6 CUP: 15 available now.').waitFor()

  // Units that were typed before any product are its own.
  await units.fill('7')
  await dialog.getByLabel('Product').focus()
  await scan(reader, 'CUP')
  await dialog.getByText('Received 7 CUP: 22 available now.').waitFor()
  deepEqual(await received(), ['4 MUG', '5 MUG', '6 CUP', '7 CUP'])
})
