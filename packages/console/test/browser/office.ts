import { deepEqual, equal, notEqual } from 'node:assert/strict'
import { after, suite, test, type TestContext } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { memory, openInventory, type Inventory, type Store, type WarehouseOptions } from 'holdfast'
import { startService, type Service, type ServiceOptions } from '@holdfast/server'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { launch, NO_BROWSER } from './browser.ts'

export const WAREHOUSES: readonly WarehouseOptions[] = [
  { id: 'SF', name: 'San Francisco', reorderThreshold: 5 },
  { id: 'NYC', name: 'New York', capacity: 1000, reorderThresholds: { MUG: 20 } },
]

/** The figures of a grid with two warehouses, side by side with their sum. */
const COLUMNS = [
  'available',
  'reserved',
  'unsellable',
  'onHand',
  'SF available',
  'SF reserved',
  'SF unsellable',
] as const
type Column = (typeof COLUMNS)[number]

export interface OfficeOptions extends Partial<ServiceOptions> {
  readonly store?: Store
  readonly warehouses?: readonly WarehouseOptions[]
}

/** One browser for all tests: it takes longer to start than most of them to run. */
let browser: Promise<Browser> | null = null

/** A served inventory, and readers in a real browser who look at it. */
export class Office {
  readonly inventory: Inventory
  service: Service
  readonly #t: TestContext

  private constructor(t: TestContext, inventory: Inventory, service: Service) {
    this.#t = t
    this.inventory = inventory
    this.service = service
  }

  static async open(t: TestContext, options: OfficeOptions = {}): Promise<Office> {
    const { store = memory(), warehouses = WAREHOUSES, ...others } = options
    const inventory = await openInventory({ store, warehouses })
    return Office.of(t, inventory, await startService({ inventory, port: 0, ...others }))
  }

  /** For an inventory that is already open and served; both end with the test. */
  static of(t: TestContext, inventory: Inventory, service: Service): Office {
    const office = new Office(t, inventory, service)
    t.after(async () => {
      await office.service.close()
      await inventory.close()
    })
    return office
  }

  /** A reader with a separate context, which shares nothing with the others. */
  async reader(options: BrowserContextOptions = {}): Promise<Reader> {
    browser ??= launch()
    const context = await (await browser).newContext({ locale: 'en-GB', ...options })
    const page = await context.newPage()
    const reader = new Reader(page, () => this.service.url)
    this.#t.after(async () => {
      await context.close()
      // The browser's own complaints: failed scripts, violations of the policy.
      deepEqual(reader.complaints, [])
    })
    return reader
  }

  /** Asks for more than there is. */
  async refused(hold: object): Promise<void> {
    const response = await fetch(`${this.service.url}/v1/reservations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(hold),
    })
    equal(response.status, 409)
  }

  /** Stops the service, then starts it again at the same address, optionally with another inventory. */
  async restart(away: () => Promise<void>, inventory = this.inventory): Promise<void> {
    const port = Number(new URL(this.service.url).port)
    await this.service.close()
    await away()
    this.service = await startService({ inventory, port })
  }
}

export class Reader {
  readonly page: Page
  readonly complaints: string[] = []
  readonly #url: () => string

  constructor(page: Page, url: () => string) {
    this.page = page
    this.#url = url
    // A busy machine is waited for: what must be fast is measured separately.
    page.setDefaultTimeout(20_000)
    page.on('pageerror', (error) => this.complaints.push(String(error)))
    page.on('console', (message) => {
      const text = message.text()
      // Some tests are about a service that is away or asks for a token.
      const isExpected = /Failed to load resource|ERR_/.test(text)
      if (message.type() === 'error' && !isExpected) this.complaints.push(text)
    })
    page.on('request', (request) => {
      const { origin } = new URL(request.url())
      if (!request.url().startsWith('data:') && origin !== new URL(this.#url()).origin)
        this.complaints.push(`a request leaves: ${request.url()}`)
    })
  }

  /** Opens a page of the console, by the part of its address after `#/`. */
  async open(path: string): Promise<void> {
    await this.page.goto(`${this.#url()}/#/${path}`)
    await this.page.getByText('Live', { exact: true }).waitFor()
  }

  /**
   * Opens a form by its button, fills in fields by their labels, and sends it. With `yes`, presses that button when the
   * form asks whether the input is meant.
   */
  async fillIn(
    button: string,
    fields: Readonly<Record<string, string>>,
    yes?: string,
  ): Promise<void> {
    await this.page.getByRole('button', { name: button, exact: true }).first().click()
    const dialog = this.page.getByRole('dialog')
    for (const [label, value] of Object.entries(fields)) {
      const field = dialog.getByLabel(label, { exact: true })
      const kind = await field.evaluate(
        (element) => element.getAttribute('type') ?? element.tagName,
      )
      if (kind === 'SELECT') await field.selectOption(value)
      else if (kind === 'checkbox') await field.check()
      else await field.fill(value)
    }
    await dialog.locator('button[type=submit]').click()
    if (yes !== undefined) await this.answers(yes)
  }

  /** Answers a form's question, once somebody could have read it. */
  async answers(button: string): Promise<void> {
    const answer = this.page.getByRole('dialog').getByRole('button', { name: button, exact: true })
    await answer.waitFor()
    await this.page.waitForTimeout(600)
    await answer.click()
  }

  /** Waits until the page shows this message. */
  async says(text: string): Promise<void> {
    await this.page.getByRole('status').getByText(text, { exact: true }).waitFor()
  }

  /** The button of a command may be gone: the focus must stay nearby. */
  async keepsFocus(): Promise<void> {
    await this.page.getByRole('dialog').waitFor({ state: 'detached' })
    await this.page.waitForTimeout(500)
    const tag = await this.page.evaluate(() => document.activeElement?.tagName)
    notEqual(tag, 'BODY')
  }

  /** Waits until a figure of the stock grid has this value. */
  async shows(product: string, column: Column, figure: number): Promise<void> {
    const row = this.page.getByRole('row', { name: new RegExp(`^${product}`) })
    const cell = row.getByRole('gridcell').nth(COLUMNS.indexOf(column))
    await cell.filter({ hasText: new RegExp(`^(low)?${figure}$`) }).waitFor()
  }

  /** The whole page, in both colour schemes, by the rules of WCAG 2.2 AA. */
  async mustBeAccessible(): Promise<void> {
    for (const colorScheme of ['light', 'dark'] as const) {
      await this.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      // There are no frames, so one run suffices; the other mode opens an extra page for each.
      const axe = new AxeBuilder({ page: this.page }).setLegacyMode(true)
      // To describe all that is in order takes axe twice as long as to look.
      axe.options({ resultTypes: ['violations'] })
      // In the other scheme only the colours differ.
      if (colorScheme === 'dark') axe.withRules(['color-contrast'])
      const { violations } = await axe.analyze()
      const found = violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])
      deepEqual([colorScheme, ...found], [colorScheme])
    }
  }
}

type Run = (t: TestContext) => Promise<void>

const TESTS: { readonly name: string; readonly run: Run }[] = []

export function inBrowser(name: string, run: Run): void {
  TESTS.push({ name, run })
}

/** Runs them, some at once, because most of a test is waiting. Without a browser they are skipped, with the reason. */
export function runAll(): void {
  suite('in a browser', { concurrency: 3, skip: NO_BROWSER }, () => {
    for (const { name, run } of TESTS) test(name, { timeout: 180_000 }, run)
    after(async () => await (await browser)?.close())
  })
}
