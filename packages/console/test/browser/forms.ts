import { deepEqual, equal } from 'node:assert/strict'
import { inBrowser, Office } from './office.ts'

const MUG = { warehouseId: 'SF', productId: 'MUG' }

inBrowser('a refusal is shown at the field it concerns, and can be fixed there', async (t) => {
  const office = await Office.open(t)
  await office.inventory.addStock({ ...MUG, qty: 5, source: 'S' })
  await office.inventory.reserve({ ...MUG, qty: 2, ttlMs: 600_000 })
  const reader = await office.reader()
  const { page } = reader
  await reader.open('product/MUG')
  const dialog = page.getByRole('dialog')
  const refused = async (label: string, text: string): Promise<void> => {
    const field = dialog.getByLabel(label)
    await dialog.locator('[aria-invalid=true]').waitFor()
    equal(await field.getAttribute('aria-invalid'), 'true')
    const described = await field.getAttribute('aria-describedby')
    const said = await page.locator(`#${described?.split(' ').at(-1)}`).innerText()
    equal(said, text)
    equal(await field.evaluate((element) => element === document.activeElement), true)
  }

  await reader.fillIn('Remove', { Units: '4' })
  await refused('Units', 'Only 3 available. 2 are held or sold.')
  await reader.mustBeAccessible()
  // What groups mean depends on the country, and a gap may be two numbers.
  for (const written of ['three', '1.000', '1,000', '1 000', '5 12', '-3', '']) {
    await dialog.getByLabel('Units').fill(written)
    await page.keyboard.press('Enter')
    const wanted = written === '' ? 'not be empty' : 'be a whole number, in digits only, like 1000'
    await refused('Units', `Units must ${wanted}.`)
  }
  await dialog.getByLabel('Units').fill('3')
  await dialog.getByLabel('Why').fill(' ')
  await page.keyboard.press('Enter')
  await refused('Why', 'Why must not be empty.')
  await dialog.getByLabel('Why').fill('DAMAGED ')
  await page.keyboard.press('Enter')
  await reader.says('Removed 3 MUG: 0 available now.')

  await reader.fillIn('Count', { 'Counted on the shelf': '1' })
  await refused('Counted on the shelf', '2 reserved: a count cannot be less.')
  await page.keyboard.press('Escape')
  await reader.fillIn('Sell', { Units: '1' })
  await reader.says('Sold 1 MUG, 1 available again.')
  await reader.fillIn('Remove', { Units: '1' })
  await reader.says('Removed 1 MUG: 0 available now.')
  await reader.fillIn('Count', { 'Counted on the shelf': '0' })
  await refused('Counted on the shelf', '1 reserved: a count cannot be less.')
  await page.keyboard.press('Escape')
  await reader.fillIn('Receive', { Warehouse: 'NYC', Units: '2000' }, 'Receive anyway')
  await refused('Units', 'The warehouse has room for 1,000 more.')
  await page.keyboard.press('Escape')
  await reader.fillIn('Hold', { Units: '1', 'For how many minutes': '999999' })
  await refused('For how many minutes', 'For how many minutes must be at most 527,040.')
  await dialog.getByLabel('For how many minutes').fill('1.000')
  await page.keyboard.press('Enter')
  await refused(
    'For how many minutes',
    'For how many minutes must be a whole number, in digits only, like 1000.',
  )
  await page.keyboard.press('Escape')
  await reader.fillIn('Receive', { Product: ' CUP\u00a0', Units: ' 1 ' }, 'Make it')
  await reader.says('Received 1 CUP: 1 available now.')
  await page.getByRole('button', { name: 'Receive' }).click()
  await dialog.getByLabel('Product').fill('')
  await dialog.locator('button[type=submit]').click()
  await refused('Product', 'Product must not be empty.')
  await page.evaluate(() => (location.hash = '#/stock'))
  await dialog.waitFor({ state: 'detached' })
  const removed: string[] = []
  for await (const { type } of office.inventory.audit())
    if (type === 'REMOVED' || type === 'DAMAGED') removed.push(type)
  deepEqual(removed, ['DAMAGED', 'DAMAGED'])
})

inBrowser('a double click takes effect once, and so does a retry without an answer', async (t) => {
  const office = await Office.open(t)
  await office.inventory.countStock({ ...MUG, onHand: 0 })
  const reader = await office.reader()
  const { page } = reader
  await reader.open('stock')
  await page.getByRole('button', { name: 'Receive' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Product').fill('MUG')
  await dialog.getByLabel('Units').fill('5')
  await dialog.locator('button[type=submit]').dblclick()
  await reader.says('Received 5 MUG: 5 available now.')

  // The answer is lost again and again, until the form says so.
  let isLost = true
  const keys = new Set<string>()
  await page.route('**/v1/stock/add', async (route) => {
    keys.add(String((route.request().postDataJSON() as Record<string, unknown>)['idempotencyKey']))
    if (!isLost) return await route.continue()
    await route.fetch()
    await route.abort()
  })
  await reader.fillIn('Receive', { Product: 'MUG', Units: '7' })
  await dialog.getByText(/it will not be done twice/).waitFor({ timeout: 30_000 })
  // With another number it would be done twice.
  equal(await dialog.getByLabel('Units').isDisabled(), true)
  await reader.mustBeAccessible()
  isLost = false
  await dialog.getByRole('button', { name: 'Try again' }).click()
  await reader.says('Received 7 MUG: 12 available now.')
  equal(keys.size, 1)
  const received: number[] = []
  for await (const { qty } of office.inventory.audit({ type: 'RECEIVED' })) received.push(qty)
  deepEqual(received, [5, 7])
})
