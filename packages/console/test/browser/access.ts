import { deepEqual, equal, ok } from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { memory, openInventory } from 'holdfast'
import { startService } from '@holdfast/server'
import { inBrowser, Office, WAREHOUSES } from './office.ts'
import { scan } from './scan.ts'

const MUG = { warehouseId: 'SF', productId: 'MUG' }

/** A service that requires tokens, and its administrator. */
async function guarded(t: TestContext) {
  const inventory = await openInventory({ store: memory(), warehouses: WAREHOUSES })
  await inventory.addStock({ ...MUG, qty: 7, source: 'S' })
  const open = await startService({ inventory, port: 0 })
  let at = { url: open.url, headers: {} }
  const tokenOf = async (role: string, name = `the ${role}`): Promise<string> => {
    const response = await fetch(`${at.url}/v1/tokens`, {
      method: 'POST',
      headers: { ...at.headers, 'content-type': 'application/json' },
      body: JSON.stringify({ name, role }),
    })
    return ((await response.json()) as { token: string }).token
  }
  const headers = { authorization: `Bearer ${await tokenOf('admin')}` }
  await open.close()
  const service = await startService({ inventory, port: 0, requireToken: true })
  at = { url: service.url, headers }
  const revoke = async (name: string): Promise<void> => {
    const answer = await fetch(`${service.url}/v1/tokens`, { headers })
    const { items } = (await answer.json()) as { items: { id: string; name: string }[] }
    const { id } = items.find((one) => one.name === name)!
    await fetch(`${service.url}/v1/tokens/${id}`, { method: 'DELETE', headers })
  }
  const reader = await Office.of(t, inventory, service).reader()
  const { page } = reader
  const enter = async (token: string): Promise<void> => {
    await page.getByLabel('Token').fill(token)
    await page.getByRole('button', { name: 'Enter' }).click()
  }
  return { inventory, service, reader, page, tokenOf, revoke, enter }
}

inBrowser('if a token is required it is asked for; a reader is offered no actions', async (t) => {
  const { inventory, service, reader, page, tokenOf, revoke, enter } = await guarded(t)
  const { id: reservationId } = await inventory.reserve({ ...MUG, qty: 2, ttlMs: 60_000 })
  await inventory.confirm({ reservationId })
  const [reading, trading] = [await tokenOf('reader'), await tokenOf('shop')]
  const operating = await tokenOf('operator')
  await page.goto(`${service.url}/#/stock`)
  await page.getByRole('alert').getByText('This service wants to know who you are.').waitFor()
  await reader.mustBeAccessible()
  await enter('hf_nonsense')
  await page.getByText('The service does not take this token, or no longer.').waitFor()
  await enter(reading)
  await page.getByRole('row', { name: /^MUG/ }).waitFor()
  await page.getByText('the reader').waitFor()
  equal(await page.getByRole('button', { name: 'Receive' }).count(), 0)
  equal(await page.getByRole('link', { name: 'Count list' }).count(), 0)
  await reader.open('count')
  await page.getByText('Your token may not count.').waitFor()
  await reader.open('product/CUP')
  await page.getByText('There has never been any of this product.').waitFor()
  equal(await page.getByText('Take in the first').count(), 0)
  await reader.open('warehouses')
  await page.getByRole('row', { name: /^New York/ }).waitFor()
  equal(await page.locator('main button').count(), 0)
  await reader.open('reservations')
  const sold = page.getByRole('row', { name: /^Sold 2 2/ })
  await sold.waitFor()
  equal(await sold.getByRole('button').count(), 0)
  await reader.open('stock')

  await page.reload()
  await page.getByRole('row', { name: /^MUG/ }).waitFor()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await enter(trading)
  await page.getByRole('link', { name: 'Reservations', exact: true }).click()
  await sold.getByRole('button', { name: 'Change owner' }).waitFor()
  equal(await sold.getByRole('button').count(), 1)
  await page.getByRole('link', { name: 'Stock', exact: true }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await enter(operating)
  await reader.fillIn('Receive', { Product: 'MUG', Units: '1' })
  await reader.says('Received 1 MUG: 6 available now.')
  await page.getByRole('link', { name: 'Trail', exact: true }).click()
  const row = page.getByRole('row', { name: /1 MUG received in SF/ })
  ok((await row.innerText()).includes('the operator'))
  equal(await page.getByRole('button', { name: 'Verify' }).count(), 0)

  // Revoked while a form is open: the next reader finds neither the form nor the stock.
  await page.getByRole('link', { name: 'MUG' }).first().click()
  await page.getByRole('button', { name: 'Receive' }).click()
  await revoke('the operator')
  await page.getByText('The service does not take this token, or no longer.').waitFor()
  await enter('hf_…')
  await page.getByText('This is not a token').waitFor()
  await page.route('**/v1/**', async (route) => await route.abort())
  await enter(reading)
  await page.getByText('The service does not answer.').waitFor()
  equal(await page.getByText('6', { exact: true }).count(), 0)
  await page.unroute('**/v1/**')
  await page.getByRole('heading', { name: 'Why is this 6?' }).waitFor()
  equal(await page.getByRole('dialog').count(), 0)

  // Revoked while a count list waits for a reload: neither does the next reader find the list.
  await page.getByRole('button', { name: 'Sign out' }).click()
  await enter(await tokenOf('operator', 'ann'))
  await reader.open('count')
  await page.getByRole('button', { name: 'Open the list' }).click()
  await page.locator('#onHand-0').fill('5')
  const address = page.url()
  await page.goto('about:blank')
  await revoke('ann')
  await page.goto(address)
  await page.getByText('The service does not take this token, or no longer.').waitFor()
  await enter(await tokenOf('operator'))
  await page.getByRole('button', { name: 'Open the list' }).waitFor()
})

for (const isDone of [true, false]) {
  const what = isDone ? 'an answer is late' : 'a line did not arrive'
  inBrowser(`the next reader sends no lines of the last one: ${what}`, async (t) => {
    const { inventory, service, reader, page, tokenOf, revoke, enter } = await guarded(t)
    const ann = await tokenOf('operator', 'ann')
    const bob = await tokenOf('operator', 'bob')
    let answer = (): void => undefined
    const isAnswered = new Promise<void>((resolve) => (answer = resolve))
    await page.route(
      '**/v1/stock/add',
      async (route) => {
        const response = isDone ? await route.fetch() : null
        await isAnswered
        await (response === null ? route.abort() : route.fulfill({ response }))
      },
      { times: 1 },
    )
    await page.goto(`${service.url}/#/stock`)
    await enter(ann)
    await page.getByRole('row', { name: /^MUG/ }).waitFor()
    await page.getByRole('button', { name: 'Receive' }).click()
    await page.getByLabel('Another line after this one').check()
    await page.getByLabel('Product', { exact: true }).focus()
    for (const units of ['4', '5']) await scan(reader, `MUG\n${units}\n`, 0)
    await page.getByText('2 lines on the way…').waitFor()
    await revoke('ann')
    await page.getByText('The service does not take this token, or no longer.').waitFor()
    await enter(bob)
    await page.getByRole('row', { name: /^MUG/ }).waitFor()
    answer()
    await page.waitForTimeout(2000)
    const received: unknown[] = []
    for await (const { qty, actor } of inventory.audit({ type: 'RECEIVED' }))
      received.push([qty, actor])
    deepEqual(received, [[7, null], ...(isDone ? [[4, 'ann']] : [])])
    equal(await page.getByRole('status').filter({ hasText: 'MUG' }).count(), 0)
    equal(await page.getByLabel('Token').count(), 0, 'nor is the next reader sent away')
  })
}

inBrowser('while the store refuses writes, no page says that the token is to blame', async (t) => {
  const office = await Office.open(t)
  const reader = await office.reader()
  const { page } = reader
  await page.route('**/v1/overview', async (route) => {
    const response = await route.fetch()
    const json = (await response.json()) as object
    await route.fulfill({ response, json: { ...json, readOnly: true } })
  })
  await reader.open('count')
  await page.getByText('Nothing can be counted while the store refuses writes.').waitFor()
  await reader.open('reservations')
  await page.getByText(/^There is no reservation yet. A shop makes them over HTTP.$/).waitFor()
})
