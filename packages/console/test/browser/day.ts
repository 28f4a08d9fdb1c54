import { deepEqual, equal, match } from 'node:assert/strict'
import { inBrowser, Office } from './office.ts'

inBrowser(
  'the office’s day: receive, hold, sell, ship, count, remove; and the trail says so',
  async (t) => {
    const office = await Office.open(t)
    const { inventory } = office
    const reader = await office.reader({ timezoneId: 'Europe/Berlin' })
    const { page } = reader
    await reader.open('overview')
    await page.getByText('Nothing is low.').waitFor()
    await page.getByRole('link', { name: 'Stock', exact: true }).click()
    await page.getByText('There is no stock yet.').waitFor()

    const ten = { Product: 'LAPTOP', Warehouse: 'SF', Units: '10' }
    await reader.fillIn('Receive', ten, 'Make it')
    await reader.says('Received 10 LAPTOP: 10 available now.')
    await page.getByRole('link', { name: 'LAPTOP' }).click()
    await page.getByRole('heading', { name: 'LAPTOP' }).waitFor()
    equal(await page.title(), 'LAPTOP · Holdfast')

    await reader.fillIn('Hold', { Units: '3', 'For whom (if you like)': 'cart-81' })
    await reader.says('Holding 3 LAPTOP.')
    await page.getByRole('region', { name: 'Open holds' }).getByText('cart-81').click()
    await reader.fillIn('Sell', { Units: '2' })
    await reader.says('Sold 2 LAPTOP, 1 available again.')
    await reader.keepsFocus()
    await reader.fillIn('Ship', {})
    await reader.says('Shipped 2 LAPTOP.')
    await page.getByRole('cell', { name: 'Shipped', exact: true }).waitFor()
    await reader.keepsFocus()

    await reader.open('product/LAPTOP')
    await reader.fillIn('Count', { 'Counted on the shelf': '7' })
    await reader.says('Counted 7 LAPTOP: 7 available now.')
    await reader.fillIn('Remove', { Units: '1' })
    await reader.says('Removed 1 LAPTOP: 6 available now.')
    await page.getByRole('heading', { name: 'Why is this 6?' }).waitFor()
    await page.getByText('0 before these 7 entries, 11 in, 5 out = 6 available').waitFor()
    await page.getByLabel('As of').fill('2099-01-01T00:00:00')
    await page.getByText('This time is still to come.').waitFor()
    await reader.mustBeAccessible()
    await page.getByLabel('As of').fill('2020-01-01T00:00:00')
    await page.getByText('On hand then').waitFor()
    const past = page.getByRole('region', { name: 'Levels by warehouse' }).locator('td.then')
    deepEqual(await past.allInnerTexts(), ['0', '0'])
    await page.route('**/v1/stock/**at=**', async (route) => await route.abort())
    await page.getByLabel('As of').fill('2020-02-01T00:00:00')
    await page.getByText('Not all levels of this time could be read.').waitFor()
    deepEqual(await past.allInnerTexts(), ['–', '–'])
    await page.unroute('**/v1/stock/**at=**')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('Not all levels of this time').waitFor({ state: 'detached' })
    deepEqual(await past.allInnerTexts(), ['0', '0'])
    equal(await page.getByText('This time is still to come.').count(), 0)

    await page.getByRole('link', { name: 'Trail', exact: true }).click()
    await page.getByText('3 LAPTOP held in SF for cart-81, 7 left').waitFor()
    await page.getByText('2 LAPTOP shipped from SF, 8 on hand').waitFor()
    const { available, onHand } = await inventory.stock({ warehouseId: 'SF', productId: 'LAPTOP' })
    equal(`${available} of ${onHand}`, '6 of 6')

    await page.getByRole('button', { name: 'Verify' }).click()
    const verdict = page.getByText('Everything adds up')
    await verdict.waitFor()
    match(await verdict.innerText(), /9 entries in \d commits give this 1 level/)
    const saving = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Save as CSV' }).click()
    const lines = (await (await saving).createReadStream()).setEncoding('utf8')
    let csv = ''
    for await (const text of lines) csv += String(text)
    equal(csv.split('\r\n').length, 11)
    match(csv, /^seq,time,type/)
    await reader.mustBeAccessible()
  },
)
