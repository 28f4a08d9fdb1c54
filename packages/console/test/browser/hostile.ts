import { deepEqual, equal, ok } from 'node:assert/strict'
import { inBrowser, Office } from './office.ts'

/** No id can contain it; every other text can. */
const TURNED = '\u202Egnirts\u202D \u2067rtl\u2066 '

const HOSTILE = [
  '<img src=x onerror="globalThis.hacked=1">',
  '"><script>globalThis.hacked=1</script>',
  "javascript:globalThis.hacked='1'",
  'עולם 12, 3',
  'שלום-עולם',
  `${'W'.repeat(127)}!`,
  '%2F/..?#&=+ ünï',
  '__proto__',
  '=cmd|A0',
]

const PAGES = ['overview', 'stock', 'trail', 'reservations', 'refusals', 'warehouses', 'count']

inBrowser('text from outside is shown as it is, never run, and breaks no layout', async (t) => {
  const office = await Office.open(t, {
    warehouses: [
      { id: 'SF', name: '<b>San</b> Francisco' },
      { id: '..', name: 'one that no address can hold' },
    ],
  })
  for (const text of HOSTILE) {
    const place = { warehouseId: 'SF', productId: text }
    const turned = TURNED + text
    const group = turned
    const reference = { type: text.slice(0, 30).replaceAll(':', ';'), id: text.slice(0, 100) }
    const metadata = { [text.slice(0, 30)]: turned }
    await office.inventory.addStock({ ...place, qty: 5, source: turned, actor: turned, metadata })
    const hold = { ...place, qty: 2, ttlMs: 600_000, owner: turned, metadata, group, reference }
    await office.inventory.reserve(hold)
    await office.refused({ ...place, qty: 9, ttlMs: 60_000, owner: turned })
  }
  const reader = await office.reader({ viewport: { width: 390, height: 844 } })
  const { page } = reader
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: 844 })
    for (const path of PAGES) {
      await reader.open(path)
      const start = page.getByRole('button', { name: 'Open the list' })
      if (path === 'count' && (await start.count()) > 0) await start.click()
      await page.locator('main bdi:visible').first().waitFor()
      const wide = await page.evaluate(() => document.documentElement.scrollWidth)
      ok(wide <= width, `${path} is ${wide} wide on a screen of ${width}`)
      const here = page.locator('nav [aria-current]')
      const box = (await here.count()) === 0 ? null : await here.boundingBox()
      ok(box === null || box.x + box.width <= width, `the menu does not show ${path}`)
    }
  }
  await reader.open('stock')
  await page
    .getByRole('rowheader')
    .nth(HOSTILE.length - 1)
    .waitFor()
  const names = await page.getByRole('rowheader').allInnerTexts()
  deepEqual(names.toSorted(), HOSTILE.toSorted())
  for (const text of HOSTILE) {
    await reader.open(`product/${encodeURIComponent(text)}`)
    equal(await page.getByRole('heading', { level: 1 }).textContent(), text)
    await page.getByRole('heading', { name: 'Why is this 3?' }).waitFor()
    ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 1280)
  }
  // The message keeps its figures in place, whatever the product is called.
  const backwards = HOSTILE[3]!
  await office.inventory.addStock({
    warehouseId: '..',
    productId: backwards,
    qty: 9,
    source: 'S',
  })
  await reader.open(`product/${encodeURIComponent(backwards)}`)
  await page.getByRole('row', { name: 'one that no address can hold' }).waitFor()
  await reader.fillIn('Receive', { Units: '12' })
  equal(await page.locator('.saying bdi').textContent(), backwards)
  await page.getByLabel('As of').fill('2020-01-01T00:00:00')
  const then = page.getByRole('row', { name: /San/ }).locator('td.then').first()
  await then.filter({ hasText: /^0$/ }).waitFor()
  equal(await page.evaluate(() => Reflect.get(globalThis, 'hacked') as unknown), undefined)
  equal(await page.locator('main img, main b, main script').count(), 0)
})
