import { deepEqual, equal, rejects } from 'node:assert/strict'
import { inBrowser, Office } from './office.ts'

const LAPTOP = { productId: 'LAPTOP', warehouseId: 'SF' }

inBrowser(
  'the office’s day continues: parts, another warehouse and owner, returned goods',
  async (t) => {
    const office = await Office.open(t)
    const { inventory } = office
    for (const warehouseId of ['SF', 'NYC'])
      await inventory.addStock({ ...LAPTOP, warehouseId, qty: 10, source: 'S' })
    const reader = await office.reader()
    const { page } = reader
    const dialog = page.getByRole('dialog')
    const more = async (): Promise<void> =>
      await page.getByRole('button', { name: 'More', exact: true }).first().click()

    await reader.open('product/LAPTOP')
    const six = { Warehouse: 'SF', Units: '6', 'For whom (if you like)': 'guest-1' }
    await reader.fillIn('Hold', six)
    await reader.says('Holding 6 LAPTOP.')
    await reader.fillIn('Release', { Units: '1' })
    await reader.says('Released 1 LAPTOP, 5 still held.')
    await more()
    await reader.mustBeAccessible()
    await page.keyboard.press('Escape')
    await more()
    await reader.fillIn('Change owner', { 'For whom': 'customer-7' })
    await reader.says('Changed owner: 5 LAPTOP, now for customer-7.')
    await reader.keepsFocus()
    const holds = page.getByRole('region', { name: 'Open holds' })
    await holds.getByRole('row', { name: /^customer-7 SF 5 / }).waitFor()
    await reader.fillIn('Sell', { Units: '4', 'Keep holding the rest': 'yes' })
    await reader.says('Sold 4 LAPTOP, 1 still held.')
    await holds.getByRole('row', { name: /^customer-7 SF 1 / }).waitFor()

    await reader.open('reservations?productId=LAPTOP')
    await reader.fillIn('Ship', { Units: '1' })
    await reader.says('Shipped 1 LAPTOP, 3 still to ship.')
    await reader.fillIn('Cancel', { Units: '1' })
    await reader.says('Cancelled 1 LAPTOP, 2 still to ship.')
    const sold = page.getByRole('row', { name: /^Sold 6 2/ })
    await sold.getByText('1 shipped', { exact: true }).waitFor()
    await reader.mustBeAccessible()
    await reader.fillIn('Ship', { Units: '9' })
    await dialog.getByText('Only 2 still open.').waitFor()
    await page.keyboard.press('Escape')
    await sold.getByRole('button', { name: 'More' }).click()
    await reader.fillIn('Move', {})
    await reader.says('Moved: 2 LAPTOP, now from NYC.')

    await page.getByRole('link', { name: 'replaced by another' }).click()
    await page.getByText('Only the reservation').waitFor()
    await page.getByRole('row', { name: /^Sold 2 2 LAPTOP NYC customer-7/ }).waitFor()
    await reader.fillIn('Ship', {})
    await reader.says('Shipped 2 LAPTOP.')
    await reader.fillIn('Take back', { Units: '1', 'Why (if you like)': 'WRONG SIZE' })
    await reader.says('Took back 1 LAPTOP: set aside.')
    await page.getByRole('link', { name: 'replaces another' }).click()
    await page.getByRole('row', { name: /^Shipped 6 0/ }).waitFor()
    await reader.fillIn('Take back', { 'Where they go': 'available' })
    await reader.says('Took back 1 LAPTOP: for sale again.')
    await page.getByRole('link', { name: 'Show all' }).click()
    const rest = page.getByRole('row', { name: /^Held 1 1/ })
    await rest.getByRole('button', { name: 'More' }).click()
    await reader.fillIn('Move', {})
    await reader.says('Moved: 1 LAPTOP, now from NYC.')
    await page.getByRole('row', { name: /^Replaced 1 0 LAPTOP SF/ }).waitFor()

    await page.getByRole('link', { name: 'Trail', exact: true }).click()
    for (const sentence of [
      '5 LAPTOP in SF now for customer-7',
      '2 LAPTOP held in NYC for customer-7, replacing an earlier reservation, 8 left',
      '1 LAPTOP came back from the customer to NYC (WRONG SIZE), 1 unsellable',
    ])
      await page.getByText(sentence).waitFor()
    await page.getByLabel('What').selectOption('CAME_BACK')
    await page.getByText('5 LAPTOP in SF now').waitFor({ state: 'detached' })
    await page.locator('tbody tr').nth(1).waitFor()
    equal(await page.locator('tbody tr').count(), 2)
    const { available, held, allocated, unsellable } = await inventory.stock(LAPTOP)
    deepEqual([available, held, allocated, unsellable], [10, 0, 0, 0])
  },
)

inBrowser(
  'the office’s day continues: units are set aside, put back, written off, received unsellable, counted',
  async (t) => {
    const office = await Office.open(t)
    const { inventory } = office
    await inventory.addStock({ ...LAPTOP, qty: 10, source: 'S' })
    await inventory.reserve({ ...LAPTOP, qty: 1, ttlMs: 600_000 })
    const { id } = await inventory.sell({ ...LAPTOP, qty: 1, ship: true })
    await inventory.addStock({ ...LAPTOP, qty: 1, source: 'S' })
    await inventory.addStock({ ...LAPTOP, warehouseId: 'NYC', qty: 8, source: 'S' })
    await inventory.returnGoods({ reservationId: id, qty: 1 })
    const reader = await office.reader()
    const { page } = reader
    const dialog = page.getByRole('dialog')
    await reader.open('product/LAPTOP')
    await page.getByRole('row', { name: /^San Francisco 9 1 0 1 11 / }).waitFor()
    await reader.fillIn('Set aside', { Warehouse: 'SF', Units: '2', Why: 'SAMPLE' })
    await reader.says('Set aside 2 LAPTOP: 7 available, 3 unsellable now.')
    await reader.fillIn('Put back', { Units: '1' })
    await reader.says('Put back 1 LAPTOP: 8 available now.')
    await reader.fillIn('Write off', { Units: '1' })
    await reader.says('Wrote off 1 LAPTOP: 1 unsellable left.')
    await reader.fillIn('Write off', { Units: '5' })
    await dialog.getByText('Only 1 unsellable.').waitFor()
    await page.keyboard.press('Escape')
    const aside = { 'Set them aside: they may not be sold': 'yes' }
    await reader.fillIn('Receive', { Warehouse: 'SF', Units: '3', ...aside })
    await reader.says('Received 3 LAPTOP: 4 unsellable now.')
    await reader.fillIn('Remove', { Warehouse: 'SF', Units: '9' })
    await dialog.getByText('Only 8 available. 1 is held or sold.').waitFor()
    await page.keyboard.press('Escape')
    const counted = {
      'Counted on the shelf': '12',
      'Unsellable among them (if you like)': '3',
    }
    await reader.fillIn('Count', { Warehouse: 'SF', ...counted })
    await reader.says('Counted 12 LAPTOP: 8 available now.')
    await page.getByRole('row', { name: /^San Francisco 8 1 0 3 12 / }).waitFor()
    await reader.mustBeAccessible()
    await page.getByRole('link', { name: 'Stock', exact: true }).click()
    await reader.shows('LAPTOP', 'SF unsellable', 3)
    await reader.shows('LAPTOP', 'unsellable', 3)

    await page.getByRole('link', { name: 'Trail', exact: true }).click()
    for (const sentence of [
      '2 LAPTOP set aside in SF (SAMPLE), 7 left, 3 unsellable',
      '1 LAPTOP put back on the shelf in SF, 8 available',
      '1 unsellable LAPTOP written off in SF (DAMAGED), 1 unsellable',
      '3 LAPTOP received in SF from SUPPLIER, not for sale: 4 unsellable',
      'LAPTOP counted in SF: 3 unsellable, -1',
    ])
      await page.getByText(sentence).waitFor()
    const { available, held, allocated, unsellable } = await inventory.stock(LAPTOP)
    deepEqual([available, held, allocated, unsellable], [8, 1, 0, 3])
  },
)

inBrowser('an expired hold is sold after all, if there is as much', async (t) => {
  const office = await Office.open(t)
  const { inventory } = office
  await inventory.addStock({ ...LAPTOP, qty: 5, source: 'S' })
  await inventory.reserve({ ...LAPTOP, qty: 2, ttlMs: 1, owner: 'cart-1' })
  const reader = await office.reader()
  const { page } = reader
  await reader.open('reservations?status=EXPIRED')
  await inventory.reserve({ ...LAPTOP, qty: 4, ttlMs: 600_000, owner: 'cart-2' })
  await reader.fillIn('Sell after all', {})
  await page.getByRole('dialog').getByText('Only 1 available.').waitFor()
  await page.getByRole('dialog').getByLabel('Units').fill('1')
  await page.keyboard.press('Enter')
  await reader.says('Sold 1 LAPTOP from what was available.')
  await page.getByRole('link', { name: 'replaced by another' }).click()
  await page.getByRole('row', { name: /^Sold 1 1 LAPTOP SF cart-1/ }).waitFor()
  // What is shown as a state, but is none to ask for, is no filter.
  await reader.open('reservations?status=REPLACED')
  await page.getByRole('row', { name: /cart-2/ }).waitFor()
})

inBrowser('what belongs together is found together', async (t) => {
  const office = await Office.open(t)
  const { inventory } = office
  const order = { group: 'order-12', reference: { type: 'order', id: '12' }, owner: 'ann' }
  for (const productId of ['LAPTOP', 'MOUSE', 'CABLE']) {
    await inventory.addStock({ ...LAPTOP, productId, qty: 5, source: 'S' })
    const hold = { ...LAPTOP, productId, qty: 1, ttlMs: 600_000 }
    await inventory.reserve(productId === 'CABLE' ? hold : { ...hold, ...order })
  }
  const reader = await office.reader()
  const { page } = reader
  await reader.open('reservations')
  await page.getByRole('row', { name: /CABLE/ }).waitFor()
  await page.getByRole('link', { name: 'its group' }).first().click()
  await page.getByText('Only the group order-12.').waitFor()
  await page.getByRole('row', { name: /CABLE/ }).waitFor({ state: 'detached' })
  await page.locator('tbody tr').nth(1).waitFor()
  equal(await page.locator('tbody tr').count(), 2)
  await page.getByRole('link', { name: 'Trail', exact: true }).click()
  await page.getByRole('link', { name: 'order 12' }).first().click()
  await page.getByText('1 CABLE held').waitFor({ state: 'detached' })
  const document = page.getByLabel('Document')
  equal(await document.inputValue(), 'order:12')
  // As a customer says it on the telephone.
  await document.fill('')
  await page.getByText('1 CABLE held').waitFor()
  await document.fill(' 12')
  await page.getByText('1 CABLE held').waitFor({ state: 'detached' })
  await page.locator('tbody tr').nth(1).waitFor()
  equal(await page.locator('tbody tr').count(), 2)
  // New entries go through the same filter.
  await inventory.reserve({ ...LAPTOP, qty: 1, ttlMs: 600_000 })
  await inventory.reserve({ ...LAPTOP, qty: 2, ttlMs: 600_000, ...order })
  await page.getByText('2 LAPTOP held').waitFor()
  equal(await page.locator('tbody tr').count(), 3)
  await reader.mustBeAccessible()
})

inBrowser('a link is not undone by what was typed before it', async (t) => {
  const office = await Office.open(t)
  const order = { reference: { type: 'order', id: '12' } }
  await office.inventory.addStock({ ...LAPTOP, qty: 5, source: 'S' })
  await office.inventory.reserve({ ...LAPTOP, qty: 1, ttlMs: 600_000, ...order })
  const reader = await office.reader()
  const { page } = reader
  await reader.open('overview')
  const document = page.getByLabel('Document')
  for (const typed of ['', '13']) {
    await page.getByRole('link', { name: 'Overview', exact: true }).click()
    await document.waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'Trail', exact: true }).click()
    await document.fill(typed)
    // The page is busy as the link is followed, and what was typed is due before it is drawn.
    await page.evaluate(() => {
      const busy = (): void => {
        const until = performance.now() + 400
        while (performance.now() < until);
      }
      addEventListener('hashchange', busy, { once: true })
      location.hash = '#/trail?reference=order%3A12'
    })
    await page.getByText('1 LAPTOP held').waitFor()
    await page.waitForTimeout(300)
    equal(await page.evaluate(() => location.hash), '#/trail?reference=order%3A12')
    equal(await document.inputValue(), 'order:12')
  }
})

inBrowser('a warehouse stops selling, sells again, and is closed when it is empty', async (t) => {
  const office = await Office.open(t)
  const { inventory } = office
  const mug = { warehouseId: 'NYC', productId: 'MUG' }
  await inventory.addStock({ ...mug, qty: 3, source: 'S' })
  await inventory.addStock({ ...mug, warehouseId: 'SF', qty: 3, source: 'S' })
  const reader = await office.reader()
  const { page } = reader
  const dialog = page.getByRole('dialog')
  await reader.open('overview')
  await page.getByRole('link', { name: 'Warehouses', exact: true }).click()
  const newYork = page.getByRole('row', { name: /^New York/ })
  await newYork.getByRole('button', { name: 'Stop selling' }).click()
  await dialog.locator('button[type=submit]').click()
  await reader.says('New York no longer sells.')
  await newYork.getByText('does not sell').waitFor()
  await reader.mustBeAccessible()
  const hold = inventory.reserve({ ...mug, qty: 1, ttlMs: 60_000 })
  await rejects(hold, { code: 'WAREHOUSE_NOT_SELLING' })
  // The rest of its description is unchanged.
  const { items } = await inventory.listWarehouses()
  deepEqual(
    items.map(({ id, capacity, sells }) => [id, capacity, sells]),
    [
      ['SF', null, true],
      ['NYC', 1000, false],
    ],
  )
  // Where nothing is for sale, nothing can be held.
  await page.getByRole('link', { name: 'Stock', exact: true }).click()
  await page.getByRole('button', { name: 'Hold', exact: true }).click()
  deepEqual(await dialog.getByLabel('Warehouse').locator('option').allInnerTexts(), [
    'San Francisco (SF)',
  ])
  await page.keyboard.press('Escape')
  await page.getByRole('link', { name: 'Warehouses', exact: true }).click()
  await reader.fillIn('Sell again', {})
  await reader.says('New York sells again.')

  await newYork.getByRole('button', { name: 'Close' }).click()
  await dialog.locator('button[type=submit]').click()
  await dialog.getByText('It is not empty: 3 on hand.').waitFor()
  await inventory.removeStock({ ...mug, qty: 3, reason: 'LOST' })
  await dialog.locator('button[type=submit]').click()
  await newYork.waitFor({ state: 'detached' })
  await page.getByRole('row', { name: /^San Francisco/ }).waitFor()
  await page.getByRole('link', { name: 'Trail', exact: true }).click()
  await page.getByText('Warehouse NYC closed').waitFor()
  const close = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }
  await fetch(`${office.service.url}/v1/warehouses/SF/close`, close)
  await reader.open('refusals')
  await page.getByRole('cell', { name: 'Close warehouse SF', exact: true }).waitFor()
})
