import { deepEqual, equal, ok } from 'node:assert/strict'
import { inBrowser, Office } from './office.ts'

const LAPTOP = { productId: 'LAPTOP', warehouseId: 'SF' }
const WIDTH = 390

inBrowser(
  'on a phone no page is wider than the screen, and levels show all their units',
  async (t) => {
    const office = await Office.open(t)
    const { inventory } = office
    await inventory.addStock({ ...LAPTOP, qty: 9, source: 'S' })
    await inventory.addStock({ ...LAPTOP, qty: 2, source: 'S', into: 'unsellable' })
    await inventory.addStock({ ...LAPTOP, warehouseId: 'NYC', qty: 4, source: 'S' })
    await inventory.reserve({ ...LAPTOP, qty: 1, ttlMs: 600_000, owner: 'cart-1' })
    const { id: reservationId } = await inventory.sell({ ...LAPTOP, qty: 3, owner: 'order-1' })
    await inventory.ship({ reservationId, qty: 1 })
    const move = { productId: 'LAPTOP', fromWarehouseId: 'SF', toWarehouseId: 'NYC', qty: 1 }
    await inventory.transfer(move)
    await inventory.transfer({ ...move, requiresApproval: true })
    await inventory.changeWarehouse({ id: 'NYC', name: 'New York', sells: false })
    const reader = await office.reader({ viewport: { width: WIDTH, height: 844 } })
    const { page } = reader
    for (const path of [
      'overview',
      'stock',
      'reservations',
      'transfers',
      'trail',
      'warehouses',
      'product/LAPTOP',
    ]) {
      await reader.open(path)
      await page
        .locator('main a', { hasText: /LAPTOP|New York/ })
        .first()
        .waitFor()
      const wide = await page.evaluate(() => document.documentElement.scrollWidth)
      equal(wide, WIDTH, path)
    }
    await reader.mustBeAccessible()
    const levels = page.getByRole('region', { name: 'Levels by warehouse' })
    const row = levels.locator('tbody tr').first()
    const figures: [string, number][] = []
    for (const label of ['Available', 'Held', 'Sold', 'Unsellable', 'On hand']) {
      const cell = row.locator(`[data-label="${label}"]`)
      const { x, width } = (await cell.boundingBox())!
      ok(x >= 0 && x + width <= WIDTH, `${label} is on the screen`)
      figures.push([label, Number((await cell.innerText()).replace(/\D/g, ''))])
    }
    deepEqual(figures, [
      ['Available', 4],
      ['Held', 1],
      ['Sold', 2],
      ['Unsellable', 2],
      ['On hand', 9],
    ])
    await levels.getByText('does not sell').waitFor()
    // The form already has the product: only the units are missing.
    await row.getByRole('button', { name: 'Write off' }).click()
    await page.keyboard.type('2')
    await page.keyboard.press('Enter')
    await reader.says('Wrote off 2 LAPTOP: 0 unsellable left.')
  },
)

inBrowser('no figure of the stock is cut off, however long', async (t) => {
  const office = await Office.open(t, {
    warehouses: [{ id: 'SF', name: 'San Francisco', reorderThreshold: 90_000 }],
  })
  const { inventory } = office
  for (const qty of [1234, 56_789, 123_456, 987_654_321])
    await inventory.addStock({ warehouseId: 'SF', productId: `P${qty}`, qty, source: 'S' })
  const reader = await office.reader()
  const { page } = reader
  const cutOff = async (): Promise<string[]> =>
    await page
      .getByRole('gridcell')
      .evaluateAll((cells) =>
        cells.flatMap((cell) => (cell.scrollWidth > cell.clientWidth ? [cell.textContent] : [])),
      )
  for (const width of [360, 640, 1280]) {
    await page.setViewportSize({ width, height: 740 })
    for (const [path, rows] of [
      ['stock?q=P1', 2],
      ['stock?low=1', 2],
      ['stock', 4],
    ] as const) {
      await reader.open(path)
      await page.getByText(`${rows} products`, { exact: true }).waitFor()
      deepEqual(await cutOff(), [], `${path} on a screen of ${width}`)
    }
  }
  await inventory.addStock({ warehouseId: 'SF', productId: 'P1234', qty: 10 ** 12, source: 'S' })
  await page.getByText('1,000,000,001,234').first().waitFor()
  deepEqual(await cutOff(), [], 'after it grew')
})
