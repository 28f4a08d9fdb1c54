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

inBrowser('Escape leads from a question back to the form, also twice in a row', async (t) => {
  const { reader, page, dialog, open, received } = await delivery(t)
  await scan(reader, 'MUG')
  await scan(reader, '0')
  const refused = dialog.getByText('MUG: Units must be')
  await refused.waitFor()
  const question = dialog.getByText('1 line was not done.')
  for (let times = 0; times < 3; times++) {
    await page.keyboard.press('Escape')
    await question.waitFor()
    await page.keyboard.press('Escape')
    await question.waitFor({ state: 'detached' })
    equal(await focused(reader), 'productId')
    await refused.waitFor()
  }

  // Going back in the browser asks, too, and says what is left.
  await page.evaluate(() => (location.hash = '#/trail'))
  await question.waitFor()
  await reader.answers('Go back')
  equal(await focused(reader), 'productId')
  await page.goBack()
  await reader.answers('Leave it so')
  await dialog.waitFor({ state: 'detached' })
  await reader.says('1 line was not done: 0 MUG.')

  // While lines are on the way, it waits for them.
  await page.route('**/v1/stock/add', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 500))
    await route.continue()
  })
  await open()
  await scan(reader, 'CUP')
  await scan(reader, '2')
  await page.evaluate(() => (location.hash = '#/trail'))
  await dialog.getByRole('button', { name: 'One moment…' }).waitFor()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  deepEqual(await received(), ['2 CUP'])
})

inBrowser('a product that was scanned into the units is replaced by what follows', async (t) => {
  const { reader, page, dialog, received } = await delivery(t)
  await scan(reader, 'MUG')
  await scan(reader, 'CUP')
  await dialog.getByText(/^Units must be a whole number/).waitFor()
  equal(await focused(reader), 'qty')
  await scan(reader, '5')
  await dialog.getByText('Received 5 MUG: 14 available now.').waitFor()
  deepEqual(await received(), ['5 MUG'])

  // Units that a form begins with are replaced, too.
  await dialog.getByRole('button', { name: 'Done' }).click()
  await reader.fillIn('Hold', { Product: 'MUG', Units: '12' })
  await reader.says('Holding 12 MUG.')
  await reader.open('reservations')
  await page.getByRole('button', { name: 'Release' }).click()
  await scan(reader, '3')
  await reader.says('Released 3 MUG, 9 still held.')
})

inBrowser('lines that are not done survive a reload, and are never done twice', async (t) => {
  const { reader, page, dialog, received } = await delivery(t)
  const asked: string[] = []
  page.on('dialog', (question) => {
    asked.push(question.type())
    void question.accept()
  })
  // Nobody is asked over nothing.
  await page.reload()
  await page.getByText('Live', { exact: true }).waitFor()
  equal(asked.length, 0)

  let isStuck = true
  await page.route('**/v1/stock/add', async (route) => {
    if (!isStuck) return await route.continue()
    // It is done, but nobody hears of it.
    await route.fetch()
  })
  await page.getByRole('button', { name: 'Receive', exact: true }).click()
  await dialog.getByLabel('Product').focus()
  await dialog.getByLabel('Another line after this one').check()
  await dialog.getByLabel('Product').focus()
  await scan(reader, 'MUG')
  await scan(reader, '2')
  await scan(reader, 'CUP')
  await scan(reader, '3')
  await dialog.getByText('2 lines on the way…').waitFor()
  while ((await received()).length === 0) await page.waitForTimeout(20)
  await page.reload()
  deepEqual(asked, ['beforeunload'])
  // The form is there again, without being asked for.
  const unanswered = dialog.getByText('The service did not answer for 2 lines: 2 MUG, 3 CUP.')
  await unanswered.waitFor()
  equal(await focused(reader), 'productId')
  await reader.mustBeAccessible()
  isStuck = false
  await dialog.getByRole('button', { name: 'Send them again' }).click()
  await dialog.getByText('Received 2 MUG: 11 available now.').waitFor()
  await dialog.getByText('Received 3 CUP: 12 available now.').waitFor()
  await scan(reader, 'MUG')
  await scan(reader, '0')
  await dialog.getByText('0 MUG: Units must be').waitFor()
  await page.reload()
  await dialog.getByText('0 MUG: Units must be').waitFor()
  await page.keyboard.press('Escape')
  await reader.answers('Leave it so')
  await dialog.waitFor({ state: 'detached' })
  equal(asked.length, 2)
  await page.reload()
  await page.getByText('Live', { exact: true }).waitFor()
  equal(await dialog.count(), 0)
  equal(asked.length, 2)
  deepEqual(await received(), ['2 MUG', '3 CUP'])
})
