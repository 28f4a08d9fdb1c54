import { deepEqual, equal } from 'node:assert/strict'
import { inBrowser, Office } from './office.ts'

const MUG = { warehouseId: 'SF', productId: 'MUG' }

inBrowser('a warehouse that is opened or closed takes nothing from the reader', async (t) => {
  const office = await Office.open(t)
  const { inventory } = office
  await inventory.addStock({ ...MUG, qty: 10, source: 'S' })
  await inventory.addStock({ ...MUG, productId: 'CUP', qty: 4, source: 'S' })
  const [ann, bob] = await Promise.all([office.reader(), office.reader()])
  await Promise.all([ann.open('stock'), bob.open('trail')])
  const { page } = ann
  await page.getByRole('button', { name: 'Receive', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Another line after this one').check()
  await dialog.getByLabel('Product').fill('MUG')
  await dialog.getByLabel('Units').fill('0')
  await dialog.getByRole('button', { name: 'Receive' }).click()
  await dialog.getByText('0 MUG: Units must be').waitFor()
  await dialog.getByLabel('Product').fill('CUP')
  await dialog.getByLabel('Units').fill('6')
  // A reload would ask, because a line is not done.
  const asked: string[] = []
  page.on('dialog', (question) => {
    asked.push(question.type())
    void question.dismiss()
  })

  await inventory.changeWarehouse({ id: 'A', name: 'Aachen' })
  await inventory.addStock({ ...MUG, warehouseId: 'A', qty: 77, source: 'S' })
  const row = (product: string) => page.getByRole('row', { name: new RegExp(`^${product}`) })
  await row('MUG').filter({ hasText: '77' }).waitFor()
  equal(
    (await row('CUP').innerText()).replaceAll('\n', ' '),
    'CUP low4 0 0 4 low4 0 0 4 – – – – – – – –',
  )
  equal(await dialog.getByLabel('Units').inputValue(), '6')
  await page.keyboard.press('Enter')
  await dialog.getByText('Received 6 CUP: 10 available now.').waitFor()
  deepEqual(asked, [])
  await bob.page.getByText('77 MUG received in A from S, 77 available').waitFor()
  await bob.page.getByText('Warehouse A changed').waitFor()

  await inventory.removeStock({ ...MUG, warehouseId: 'A', qty: 77, reason: 'GONE' })
  await inventory.closeWarehouse({ warehouseId: 'A' })
  await page.getByRole('columnheader', { name: 'Aachen' }).waitFor({ state: 'detached' })
  await dialog.getByText('0 MUG: Units must be').waitFor()
  await inventory.addStock({ ...MUG, qty: 1, source: 'S' })
  await row('MUG').filter({ hasText: '11' }).waitFor()
  const seqs = await bob.page.locator('tbody tr td:first-child').allInnerTexts()
  deepEqual(
    seqs.map(Number),
    Array.from({ length: seqs.length }, (_, index) => seqs.length - index),
  )
  const metrics = await (await fetch(`${office.service.url}/metrics`)).text()
  equal(/^holdfast_event_streams (\d+)$/m.exec(metrics)![1], '2')
})

inBrowser('a warehouse that could not be read when it changed is read again', async (t) => {
  const office = await Office.open(t)
  await office.inventory.addStock({ ...MUG, qty: 10, source: 'S' })
  const reader = await office.reader()
  const { page } = reader
  await reader.open('warehouses')
  await page.route('**/v1/warehouses', async (route) => await route.abort())
  await office.inventory.changeWarehouse({ id: 'SF', name: 'San Francisco', sells: false })
  await page.getByText('The stock could not be loaded').waitFor()
  await page.unroute('**/v1/warehouses')
  await page.getByRole('row', { name: 'San Francisco' }).getByText('does not sell').waitFor()
  await page.getByText('Live', { exact: true }).waitFor()
})
