import { deepEqual, equal } from 'node:assert/strict'
import { memory, openInventory } from 'holdfast'
import { inBrowser, Office, WAREHOUSES } from './office.ts'

const MUG = { warehouseId: 'SF', productId: 'MUG' }

inBrowser('after the service was away, nothing is missing and nothing comes twice', async (t) => {
  const office = await Office.open(t)
  const { inventory } = office
  const add = async (times: number): Promise<void> => {
    for (let n = 0; n < times; n++) await inventory.addStock({ ...MUG, qty: 1, source: 'S' })
  }
  await add(3)
  const [ann, bob] = await Promise.all([office.reader(), office.reader()])
  await Promise.all([ann.open('trail'), bob.open('stock')])
  await add(2)
  const seqs = async (): Promise<number[]> => {
    const texts = await ann.page.locator('tbody tr td:first-child').allInnerTexts()
    return texts.map(Number)
  }
  await ann.page.getByRole('cell', { name: '7', exact: true }).waitFor()

  await office.restart(async () => {
    await ann.page.getByText('Not live').waitFor()
    await add(4)
    await ann.page.getByText(/Disconnected since/).waitFor()
    await bob.page.getByText(/reconnects by itself and misses nothing/).waitFor()
  })
  await ann.page.getByText('Live', { exact: true }).waitFor()
  await add(2)
  await ann.page.getByRole('cell', { name: '13', exact: true }).waitFor()
  deepEqual(
    await seqs(),
    Array.from({ length: 13 }, (_, index) => 13 - index),
  )
  await bob.shows('MUG', 'SF available', 11)
})

inBrowser('after a long absence the newest entries are shown, without a gap', async (t) => {
  const office = await Office.open(t)
  const command = { verb: 'addStock' as const, ...MUG, qty: 1, source: 'S' }
  const add = async (commands: number): Promise<void> => {
    const all = Array.from({ length: commands }, () => command)
    await office.inventory.batch({ commands: all })
  }
  await add(20)
  const reader = await office.reader()
  const { page } = reader
  await reader.open('trail?productId=MUG')
  await page.getByRole('cell', { name: '22', exact: true }).waitFor()
  // A hidden tab draws no frames: more arrives than it keeps.
  await page.evaluate(() => Object.defineProperty(document, 'hidden', { get: () => true }))
  await office.restart(async () => {
    await page.getByText('Not live').waitFor()
    await add(1000)
    await office.inventory.batch({
      commands: Array.from({ length: 1000 }, () => ({ ...command, productId: 'LID' })),
    })
    await add(3)
  })
  await page.getByRole('cell', { name: '2,025', exact: true }).waitFor()
  const texts = await page.locator('tbody tr td:first-child').allInnerTexts()
  const seqs = texts.map((text) => Number(text.replace(',', '')))
  deepEqual(
    seqs.slice(0, 60),
    Array.from({ length: 60 }, (_, index) => (index < 3 ? 2025 - index : 1025 - index)),
  )
})

inBrowser('a service that comes back with another inventory is loaded again', async (t) => {
  const office = await Office.open(t)
  await office.inventory.addStock({ ...MUG, qty: 50, source: 'S' })
  const reader = await office.reader()
  await reader.open('stock')
  await reader.shows('MUG', 'SF available', 50)
  const other = await openInventory({ store: memory(), warehouses: WAREHOUSES })
  t.after(() => other.close())
  for (const [productId, qty] of [
    ['MUG', 20],
    ['LID', 7],
    ['LID', 1],
  ] as const)
    await other.addStock({ ...MUG, productId, qty, source: 'S' })
  await office.restart(async () => await reader.page.getByText('Not live').waitFor(), other)
  await reader.shows('LID', 'SF available', 8)
  await reader.shows('MUG', 'SF available', 20)
})

inBrowser('a service that comes back with an older trail is loaded again', async (t) => {
  const office = await Office.open(t)
  for (const qty of [50, 1, 1, 1]) await office.inventory.addStock({ ...MUG, qty, source: 'S' })
  const reader = await office.reader()
  await reader.open('stock')
  await reader.shows('MUG', 'SF available', 53)
  const restored = await openInventory({ store: memory(), warehouses: WAREHOUSES })
  t.after(() => restored.close())
  await restored.addStock({ ...MUG, qty: 50, source: 'S' })
  await office.restart(async () => await reader.page.getByText('Not live').waitFor(), restored)
  await reader.shows('MUG', 'SF available', 50)
  await restored.addStock({ ...MUG, qty: 2, source: 'S' })
  await reader.shows('MUG', 'SF available', 52)
  equal(await reader.page.getByText('Not live').count(), 0)
})

inBrowser('a hidden tab has no connection, and misses nothing', async (t) => {
  const office = await Office.open(t)
  await office.inventory.addStock({ ...MUG, qty: 10, source: 'S' })
  const reader = await office.reader()
  const { page } = reader
  await reader.open('stock')
  const hide = async (isHidden: boolean): Promise<void> => {
    await page.evaluate((hidden) => {
      Object.defineProperty(document, 'hidden', { get: () => hidden, configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    }, isHidden)
  }
  const streams = async (): Promise<number> => {
    const text = await (await fetch(`${office.service.url}/metrics`)).text()
    return Number(/^holdfast_event_streams (\d+)$/m.exec(text)![1])
  }
  equal(await streams(), 1)
  await page.route('**/v1/audit?**', async (route) => await route.abort())
  await page.getByRole('link', { name: 'Trail', exact: true }).click()
  await page.getByText('The trail could not be read.').waitFor()
  await hide(true)
  await page.getByText('Not live').waitFor()
  await office.inventory.addStock({ ...MUG, qty: 7, source: 'S' })
  equal(await streams(), 0)
  await page.unroute('**/v1/audit?**')
  await hide(false)
  await page.getByText('7 MUG received in SF').waitFor()
  equal(await page.getByText(/Disconnected since/).count(), 0)
  await page.getByRole('link', { name: 'Stock', exact: true }).click()
  await reader.shows('MUG', 'SF available', 17)
})
