import { deepEqual, equal } from 'node:assert/strict'
import { inBrowser, Office, type Reader } from './office.ts'
import { scan } from './scan.ts'

const SF = 'SF'

async function focused({ page }: Reader): Promise<string> {
  return await page.evaluate(() => {
    const { activeElement: element } = document
    return element instanceof HTMLInputElement ? element.id : (element?.textContent ?? '')
  })
}

const idOf = (number: number): string => `A-${String(number).padStart(2, '0')}`

/** Stock for a little more than two screens. */
async function shelves(office: Office): Promise<void> {
  const ids = [...Array.from({ length: 25 }, (_, index) => idOf(index + 1)), 'B-01']
  await office.inventory.batch({
    commands: ids.map((productId) => ({
      verb: 'addStock' as const,
      warehouseId: SF,
      productId,
      qty: 10,
      source: 'S',
    })),
  })
  const place = { warehouseId: SF, productId: idOf(4) }
  await office.inventory.reserve({ ...place, qty: 2, ttlMs: 600_000 })
}

/** `type product: qty` of the entries that counting wrote. */
async function counts({ inventory }: Office): Promise<string[]> {
  const lines: string[] = []
  for await (const { type, productId, qty, metadata } of inventory.audit())
    if (type.startsWith('COUNTED'))
      lines.push(`${type} ${productId}: ${qty} ${metadata['reason'] ?? ''}`)
  return lines
}

/** Answers the question, once somebody could have read it. */
async function writes({ page }: Reader, button: string): Promise<void> {
  const answer = page.getByRole('button', { name: button, exact: true })
  await answer.waitFor()
  await page.waitForTimeout(600)
  await answer.click()
}

/** Writes the count of the first row, to which no answer comes. */
async function writesInVain(reader: Reader): Promise<void> {
  const { page } = reader
  await page.getByRole('button', { name: 'See the differences' }).click()
  await writes(reader, 'Write 1 count')
  const told = page.locator('#note-0').getByText(/it will not be done twice/)
  await told.waitFor({ timeout: 60_000 })
}

inBrowser(
  'an aisle is counted with the keyboard, and each row succeeds or fails on its own',
  async (t) => {
    const office = await Office.open(t)
    const { inventory } = office
    await shelves(office)
    const reader = await office.reader()
    const { page } = reader
    await reader.open('stock')
    await page.getByLabel('Show').selectOption('=SF')
    await page.getByRole('link', { name: 'Count list' }).click()
    await page.getByText('26 products', { exact: true }).waitFor()
    // The page before says 26 products, too.
    await page.getByLabel('Products that begin with').waitFor()
    equal(await page.getByLabel('Warehouse').inputValue(), SF)
    await page.getByLabel('Products that begin with').fill('a-')
    await page.getByText('25 products', { exact: true }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByText(/^25 products in San Francisco that begin with a-/).waitFor()
    equal(await page.locator('.counting tbody tr').count(), 20)
    await page.waitForFunction(() => document.activeElement?.id === 'onHand-0')

    // One is sold and shipped during the count: that is not a difference.
    const place = { warehouseId: SF, productId: idOf(1) }
    const { id: reservationId } = await inventory.reserve({ ...place, qty: 1, ttlMs: 60_000 })
    await inventory.confirm({ reservationId })
    await inventory.ship({ reservationId })

    await page.waitForFunction(() => document.activeElement?.id === 'onHand-0')
    // As fast as the keys come: each goes into the row to which the one before it led.
    for (let number = 1; number <= 25; number++) {
      await page.keyboard.type(number === 3 ? '8' : number === 4 ? '1' : '10')
      if (number === 5) {
        await page.keyboard.press('Tab')
        await page.keyboard.type('2')
      }
      await page.keyboard.press('Enter')
    }
    // After the last row, Enter leads on.
    await page.waitForFunction(() => document.activeElement?.textContent === 'See the differences')
    await page.getByText('25 of 25 counted').waitFor()
    await page.keyboard.press('Enter')
    await page.getByText('25 products counted: 22 as the books say, 3 with a difference.').waitFor()
    deepEqual(await page.locator('.differences li').allInnerTexts(), [
      'A-03: 10 on the books, 8 counted: -2',
      'A-04: 10 on the books, 1 counted: -9',
      'A-05: 10 on the books, 10 counted: unsellable +2',
    ])
    equal(await focused(reader), 'Go back')
    await reader.mustBeAccessible()
    deepEqual(await counts(office), [])
    await writes(reader, 'Write 25 counts')
    await reader.says('24 counts written, 1 not: see why.')
    await page.waitForFunction(() => document.activeElement?.id === 'onHand-3')
    equal(await page.locator('#onHand-3').inputValue(), '1')
    equal(await page.locator('#note-3').innerText(), '2 reserved: a count cannot be less.')
    equal(await page.locator('#note-2').innerText(), 'Written: -2')
    equal(await page.locator('#note-0').innerText(), 'As the books said')
    await reader.mustBeAccessible()
    const written = [
      'COUNTED A-03: -2 STOCKTAKE',
      'COUNTED A-05: -2 STOCKTAKE',
      'COUNTED_ASIDE A-05: 2 STOCKTAKE',
    ]
    deepEqual(await counts(office), written)
    const { onHand } = await inventory.stock(place)
    equal(onHand, 9)

    await page.keyboard.type('9')
    await page.getByRole('button', { name: 'See the differences' }).click()
    await writes(reader, 'Write 1 count')
    await reader.says('1 count written.')
    // A mistake is counted again, and compared with its own result.
    await page.locator('#onHand-2').fill('9')
    await page.getByRole('button', { name: 'See the differences' }).click()
    await page.getByText('A-03: 8 on the books, 9 counted: +1').waitFor()
    await writes(reader, 'Write 1 count')
    await page.locator('#note-2').getByText('Written: +1').waitFor()
    deepEqual(await counts(office), [
      ...written,
      'COUNTED A-04: -1 STOCKTAKE',
      'COUNTED A-03: 1 STOCKTAKE',
    ])
    await page.getByRole('button', { name: 'Close the list' }).click()
    await page.getByRole('button', { name: 'Open the list' }).waitFor()
  },
)

inBrowser('a count list forgets nothing, and takes account of other people’s counts', async (t) => {
  const office = await Office.open(t)
  const { inventory } = office
  await shelves(office)
  const reader = await office.reader()
  const { page } = reader
  await reader.open('count?warehouse=SF&prefix=A-')
  await page.getByRole('button', { name: 'Open the list' }).click()
  await page.locator('#onHand-0').fill('7')
  await page.locator('#onHand-1').fill('036000291452')
  await page.locator('#onHand-2').fill('ten')
  await page.locator('#unsellable-4').fill('1')
  // A tab that crashes says nothing before.
  await page.waitForFunction(() =>
    (sessionStorage.getItem('holdfast-count') ?? '').includes('036000291452'),
  )
  // Others are at work, and the page is reloaded, as when a warehouse is opened.
  await inventory.countStock({ warehouseId: SF, productId: idOf(1), onHand: 8 })
  await page.locator('#note-0').getByText('Somebody has counted it since').waitFor()
  await page.getByRole('link', { name: 'Trail', exact: true }).click()
  await page.getByText('A-01 counted in SF: 8 on hand, -2').waitFor()
  await page.goBack()
  await page.reload()
  await page.locator('#onHand-0').waitFor()
  equal(await page.locator('#onHand-0').inputValue(), '7')
  await page.getByRole('button', { name: 'See the differences' }).click()
  await page.waitForFunction(() => document.activeElement?.id === 'onHand-2')
  equal(
    await page.locator('#note-2').innerText(),
    'This is not a whole number: write digits only, like 1000.',
  )
  await page.locator('#onHand-2').fill('')
  await page.getByRole('button', { name: 'See the differences' }).click()
  await page.waitForFunction(() => document.activeElement?.id === 'onHand-4')
  equal(
    await page.locator('#note-4').innerText(),
    'Say how many there are in all, unsellable ones included.',
  )
  await page.locator('#unsellable-4').fill('')
  await page.getByRole('button', { name: 'See the differences' }).click()
  await page.getByText('36,000,291,452 units? This looks like a barcode.').waitFor()
  await page.getByText('A-01: 8 on the books, 7 counted: -1').waitFor()
  await page.waitForTimeout(600)
  await page.keyboard.press('Enter')
  await page.locator('#onHand-1').fill('')

  // The answer is lost: what was sent stays as it was, and takes effect once.
  let isLost = true
  await page.route(/\/v1\/(batch|stock\/count)/, async (route) => {
    if (!isLost) return await route.continue()
    await route.fetch()
    await route.abort()
  })
  await writesInVain(reader)
  equal(await page.locator('#onHand-0').getAttribute('readonly'), '')
  isLost = false
  await page.reload()
  await page
    .locator('#note-0')
    .getByText(/it will not be done twice/)
    .waitFor()
  await page.getByRole('button', { name: 'See the differences' }).click()
  await writes(reader, 'Write 1 count')
  await page.locator('#note-0').getByText('Written: -1').waitFor()
  await page.getByText(/^1 of 25 counted, 1 of them written$/).waitFor()
  equal(await focused(reader), 'See the differences')
  deepEqual(await counts(office), ['COUNTED A-01: -2 ', 'COUNTED A-01: -1 STOCKTAKE'])

  await page.locator('#onHand-6').fill('3')
  await page.getByRole('button', { name: 'Close the list' }).click()
  await page.getByText('1 count is not written.').waitFor()
  await page.getByRole('button', { name: 'Keep the list' }).click()
  equal(await page.locator('#onHand-6').inputValue(), '3')
  await page.getByRole('button', { name: 'Close the list' }).click()
  await page.getByRole('button', { name: 'Close it' }).click()
  await page.getByRole('button', { name: 'Open the list' }).waitFor()
})

inBrowser('a count is not written over one that came while it was under way', async (t) => {
  const office = await Office.open(t)
  const { inventory } = office
  await shelves(office)
  const reader = await office.reader()
  const { page } = reader
  await reader.open('count?warehouse=SF&prefix=A-')
  await page.getByRole('button', { name: 'Open the list' }).click()
  const recounted = 'Somebody has counted it since: these are their figures.'
  // One that the service never got, and a colleague's of the same shelf before it is sent again.
  let isLost = true
  await page.route(/\/v1\/(batch|stock\/count)/, async (route) => {
    await (isLost ? route.abort() : route.continue())
  })
  await page.locator('#onHand-0').fill('8')
  await writesInVain(reader)
  await inventory.countStock({ warehouseId: SF, productId: idOf(1), onHand: 8 })
  isLost = false
  await page.getByRole('button', { name: 'See the differences' }).click()
  await writes(reader, 'Write 1 count')
  await page.locator('#note-0').getByText(recounted).waitFor()
  equal(await page.locator('#note-0').innerText(), `${recounted} none`)
  deepEqual(await counts(office), ['COUNTED A-01: -2 '])

  // And one that arrives after a colleague's, of which the page has not heard yet.
  await page.route(/\/v1\/(batch|stock\/count)/, async (route) => {
    await inventory.countStock({ warehouseId: SF, productId: idOf(2), onHand: 7 })
    await route.continue()
  })
  await page.locator('#onHand-0').fill('')
  await page.locator('#onHand-1').fill('7')
  await page.getByRole('button', { name: 'See the differences' }).click()
  await writes(reader, 'Write 1 count')
  await page.locator('#note-1').getByText(recounted).waitFor()
  await page.unroute(/\/v1\/(batch|stock\/count)/)
  await page.getByRole('button', { name: 'See the differences' }).click()
  await writes(reader, 'Write 1 count')
  await page.locator('#note-1').getByText('As the books said').waitFor()
  deepEqual(await counts(office), ['COUNTED A-01: -2 ', 'COUNTED A-02: -3 '])
})

inBrowser('a kept count list is opened with other people’s counts since', async (t) => {
  const office = await Office.open(t)
  const { inventory } = office
  await shelves(office)
  const reader = await office.reader()
  const { page } = reader
  await reader.open('count?warehouse=SF&prefix=A-')
  await page.getByRole('button', { name: 'Open the list' }).click()
  await page.locator('#onHand-0').fill('8')
  await page.locator('#onHand-1').fill('7')
  await page.locator('#onHand-2').fill('9')
  const address = page.url()
  await page.goto('about:blank')
  await inventory.countStock({ warehouseId: SF, productId: idOf(1), onHand: 8 })
  await inventory.countStock({ warehouseId: SF, productId: idOf(2), onHand: 10, unsellable: 1 })
  // Neither does a request that fails on the way lose it.
  let asked = 0
  await page.route('**/v1/audit?before=**', async (route) => {
    asked++
    // The first one is of the stock, the second one of the list.
    await (asked === 2 ? route.abort() : route.continue())
  })
  await page.goto(address)
  const recounted = 'Somebody has counted it since: these are their figures.'
  await page.locator('#note-0').getByText(recounted).waitFor()
  equal(await page.locator('#note-0').innerText(), `${recounted} none`)
  await page.locator('#note-1').getByText(recounted).waitFor()

  // More happens than a hidden tab keeps.
  await page.evaluate(() => Object.defineProperty(document, 'hidden', { get: () => true }))
  await office.restart(async () => {
    await page.getByText('Not live').waitFor()
    await inventory.countStock({ warehouseId: SF, productId: idOf(3), onHand: 9 })
    const command = { verb: 'addStock' as const, warehouseId: 'NYC', productId: 'LID', qty: 1 }
    for (let times = 0; times < 2; times++) {
      await inventory.batch({
        commands: Array.from({ length: 1000 }, () => ({ ...command, source: 'S' })),
      })
    }
  })
  await page.locator('#note-2').getByText(recounted).waitFor()
  await page.getByRole('button', { name: 'See the differences' }).click()
  await writes(reader, 'Write 3 counts')
  await reader.says('3 counts written.')
  deepEqual(await counts(office), [
    'COUNTED A-01: -2 ',
    'COUNTED A-02: -1 ',
    'COUNTED_ASIDE A-02: 1 ',
    'COUNTED A-03: -1 ',
    'COUNTED A-02: -3 STOCKTAKE',
  ])
})

inBrowser('a probable mistake is asked about, however many differences there are', async (t) => {
  const office = await Office.open(t)
  const commands = Array.from({ length: 40 }, (_, n) => ({
    ...{ verb: 'addStock' as const, warehouseId: 'SF', source: 'S' },
    ...{ productId: `P${100 + n}`, qty: 10 },
  }))
  await office.inventory.batch({ commands })
  const reader = await office.reader()
  const { page } = reader
  await reader.open('count')
  await page.getByRole('button', { name: 'Open the list' }).click()
  for (const { productId } of commands)
    await scan(reader, productId === 'P135' ? '4006381333931' : '9')
  await page.getByRole('button', { name: 'See the differences' }).click()
  await page.getByText(/This looks like a barcode/).waitFor()
  await page.getByText('and 10 more').waitFor()
})
