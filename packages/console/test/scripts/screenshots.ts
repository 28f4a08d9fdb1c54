// Takes the pictures of the console, in docs/screenshots: every page at three widths, light and dark.
//   npm run docs -- screenshots
//   npm run docs -- screenshots --all        every page at every width, into the folder that --to names
import { mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { startService } from '@holdfast/server'
import type { Browser, Page } from 'playwright-core'
import { launch } from '../browser/browser.ts'
import { shopWithAPast } from './shop-with-a-past.ts'
import { buildConsole } from '../../../../scripts/build-console.mjs'
import { scriptArguments } from '../../../../scripts/script-arguments.mjs'

const { values } = scriptArguments(import.meta.filename, {
  to: { type: 'string' },
  all: { type: 'boolean' },
  only: { type: 'string' },
})
const folder = resolve(values.to ?? resolve(import.meta.dirname, '../../../../docs/screenshots'))
const WIDTHS = { 390: 844, 1280: 800, 1920: 1080 } as const
const SCHEMES = ['light', 'dark'] as const
const PAGES: Readonly<Record<string, string>> = {
  overview: 'overview',
  stock: 'stock',
  product: 'product/MUG-BLUE',
  reservations: 'reservations',
  transfers: 'transfers',
  trail: 'trail',
  warehouses: 'warehouses',
  count: 'count?warehouse=BERLIN&prefix=C',
  refusals: 'refusals',
}
/** The pictures in the docs: only a few, to keep a checkout small. */
const KEPT = new Set([
  'overview-1280-light',
  'overview-390-dark',
  'stock-1920-dark',
  'product-1280-light',
  'product-390-light',
  'trail-1280-dark',
])

await buildConsole(resolve(import.meta.dirname, '../..'))
await using inventory = await shopWithAPast()
const service = await startService({ inventory, port: 0 })
await refuseSomething(service.url)
const browser = await launch()
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
for (const colorScheme of SCHEMES) {
  for (const [width, height] of Object.entries(WIDTHS))
    await pictures(browser, colorScheme, Number(width), height)
}
await browser.close()
await service.close()

async function pictures(
  browser: Browser,
  colorScheme: 'light' | 'dark',
  width: number,
  height: number,
): Promise<void> {
  const viewport = { width, height }
  const context = await browser.newContext({ viewport, colorScheme, locale: 'en-GB' })
  const page = await context.newPage()
  for (const [name, path] of Object.entries(PAGES)) {
    const file = `${name}-${width}-${colorScheme}`
    const isWanted = values.all === true ? file.includes(values.only ?? '') : KEPT.has(file)
    if (!isWanted) continue
    await shown(page, path)
    await page.screenshot({ path: join(folder, `${file}.png`) })
    console.log(`${file}.png`)
  }
  await context.close()
}

async function shown(page: Page, path: string): Promise<void> {
  await page.goto(`${service.url}/#/${path}`)
  await page.getByText('Live', { exact: true }).waitFor()
  if (path.startsWith('count')) await countSome(page)
  await page.waitForTimeout(700)
}

/** A count list in progress. */
async function countSome(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Open the list' }).click()
  for (let index = 0; index < 4; index++) {
    const onHand = page.locator('.counting tbody tr').nth(index).locator('td').first()
    const books = Number((await onHand.innerText()).replace(/\D/g, ''))
    await page.locator(`#onHand-${index}`).fill(String(books - (index === 2 ? 2 : 0)))
  }
  await page.locator('#unsellable-1').fill('1')
}

/** A few refusals, of a shop that is sold out of something. */
async function refuseSomething(url: string): Promise<void> {
  for (const [productId, qty] of [
    ['KETTLE-STEEL', 4],
    ['JAR-1L', 400],
    ['KETTLE-STEEL', 3],
  ] as const) {
    await fetch(`${url}/v1/reservations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        warehouseId: 'PORTO',
        productId,
        qty: qty + 1000,
        ttlMs: 60_000,
        owner: 'cart-90',
      }),
    })
  }
}
