import { deepEqual } from 'node:assert/strict'
import { inBrowser, Office } from './office.ts'

const MUG = { warehouseId: 'SF', productId: 'MUG' }

inBrowser('after the service was away nothing is missing, and nothing comes twice', async (t) => {
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
  await ann.page.getByText('Live', { exact: true }).waitFor({ timeout: 8000 })
  await add(2)
  await ann.page.getByRole('cell', { name: '13', exact: true }).waitFor()
  deepEqual(
    await seqs(),
    Array.from({ length: 13 }, (_, index) => 13 - index),
  )
  await bob.shows('MUG', 'SF available', 11)
})
