import { deepEqual, equal, ok } from 'node:assert/strict'
import { inBrowser, Office } from './office.ts'

interface Described {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { operationId: string; parameters?: Parameter[] }>>>
  >
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}
interface Parameter {
  readonly name: string
  readonly in: string
  readonly required: boolean
}
interface Schema {
  readonly properties?: Readonly<Record<string, unknown>>
  readonly required?: readonly string[]
}

inBrowser(
  'the page at /docs gives every field’s name, type, and whether it is required',
  async (t) => {
    const office = await Office.open(t)
    const { page } = await office.reader()
    const { url } = office.service
    const { paths, components } = (await (await fetch(`${url}/openapi.json`)).json()) as Described
    await page.goto(`${url}/docs`)

    /** As the browser parses it: it moves anything but a cell out of the table. */
    const tables = await page.locator('table').evaluateAll((all) =>
      (all as HTMLTableElement[]).map((table) => ({
        head: [...table.rows[0]!.cells].map((cell) => `${cell.tagName} ${cell.textContent}`),
        rows: [...table.rows].slice(1).map((row) => [...row.cells].map((cell) => cell.innerText)),
      })),
    )
    const ofFields = tables.slice(0, -1)
    ok(ofFields.length > 60, `${ofFields.length} tables of fields`)
    for (const { head, rows } of ofFields) {
      deepEqual(head, ['TH field', 'TH type', 'TH what it means'])
      for (const row of rows) {
        equal(row.length, head.length, row.join(' | '))
        ok(/^[\w-]+( optional)?(,? ?in the (path|query|header))?$/.test(row[0]!), row.join(' | '))
        if (row[0]!.startsWith('Idempotency-Key')) ok(row[2]!.includes('one effect'))
        ok(row[1] !== '', `${row[0]} has a type`)
      }
    }
    const codes = tables.at(-1)!
    equal(codes.head.length, 3)
    for (const row of codes.rows)
      ok(/^[A-Z_]+$/.test(row[0]!) && /^\d{3}$/.test(row[1]!), row.join())

    /** The first column of the table below a heading, before the next heading. */
    const fieldsUnder = async (id: string): Promise<string[]> =>
      await page.evaluate((name) => {
        let at = document.getElementById(name)!.nextElementSibling
        while (at !== null && at.tagName !== 'TABLE' && at.tagName !== 'H3')
          at = at.nextElementSibling
        if (at?.tagName !== 'TABLE') return []
        return [...(at as HTMLTableElement).rows].slice(1).map((row) => row.cells[0]!.innerText)
      }, id)
    for (const [name, { properties = {}, required = [] }] of Object.entries(components.schemas)) {
      const fields = Object.keys(properties)
      const told = fields.map((field) => (required.includes(field) ? field : `${field} optional`))
      deepEqual(await fieldsUnder(name), told, name)
    }
    for (const { operationId, parameters = [] } of Object.values(paths).flatMap((methods) =>
      Object.values(methods),
    )) {
      const told = parameters.map(
        ({ name, in: place, required }) => `${name} ${required ? '' : 'optional, '}in the ${place}`,
      )
      if (told.length > 0) deepEqual(await fieldsUnder(operationId), told, operationId)
    }

    // Nothing was moved out of a table, and every link leads somewhere.
    equal(await page.locator('body > small, main > small').count(), 0)
    deepEqual(
      await page.evaluate(() => {
        const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id)
        const links = [...document.querySelectorAll('a[href^="#"]')]
        const lost = links.filter((a) => !ids.includes(a.getAttribute('href')!.slice(1)))
        return [...lost.map((a) => a.outerHTML), ...ids.filter((id, at) => ids.indexOf(id) !== at)]
      }),
      [],
    )
  },
)
