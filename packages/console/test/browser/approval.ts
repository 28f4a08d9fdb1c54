import { equal } from 'node:assert/strict'
import { inBrowser, Office } from './office.ts'

const MUG = { productId: 'MUG', fromWarehouseId: 'SF', toWarehouseId: 'NYC' }

inBrowser(
  'a transfer is requested by one, seen and approved by another; one is rejected',
  async (t) => {
    const office = await Office.open(t)
    await office.inventory.addStock({ warehouseId: 'SF', productId: 'MUG', qty: 30, source: 'S' })
    const [ann, bob] = await Promise.all([office.reader(), office.reader()])
    await Promise.all([ann.open('product/MUG'), bob.open('transfers')])
    await bob.page.getByText('Nothing waits.').waitFor()

    await ann.fillIn('Transfer', { To: 'NYC', Units: '12', 'Somebody has to approve it': 'yes' })
    await ann.says('Requested: 12 MUG, to be approved.')
    const card = bob.page.getByRole('listitem').filter({ hasText: '12 MUG from SF to NYC' })
    await card.getByText('The source has it: 30 available in SF, 18 would be left').waitFor()
    await bob.mustBeAccessible()
    await bob.fillIn('Approve', {})
    await bob.says('Transferred 12 MUG.')
    await bob.page.getByRole('row', { name: '12 MUG SF NYC' }).waitFor()

    await office.inventory.transfer({ ...MUG, qty: 18, requiresApproval: true, actor: 'ann' })
    await office.inventory.removeStock({ warehouseId: 'SF', productId: 'MUG', qty: 1, reason: 'X' })
    await bob.page.getByText('The source does not have enough: 17 available in SF').waitFor()
    await bob.fillIn('Approve', {})
    await bob.page.getByRole('alert').getByText('Only 17 available.').waitFor()
    await bob.page.getByRole('button', { name: 'Back' }).click()
    await bob.fillIn('Reject', { Why: 'no van' })
    await bob.says('Rejected the transfer of 18 MUG.')
    await bob.page.getByText('Nothing waits.').waitFor()
    await bob.page.getByLabel('Show').selectOption('REJECTED')
    await bob.page.getByRole('cell', { name: 'no van' }).waitFor()

    const { items } = await office.inventory.listTransfers()
    equal(items.map(({ status }) => status).join(), 'REJECTED,APPROVED')
  },
)

const OF_PAST = /\/v1\/transfers\?(.*&)?status=APPROVED/

inBrowser('past transfers are listed to the first one', async (t) => {
  const office = await Office.open(t)
  const { inventory } = office
  await inventory.addStock({ warehouseId: 'SF', productId: 'MUG', qty: 500, source: 'S' })
  for (let qty = 1; qty <= 2; qty++) await inventory.transfer({ ...MUG, qty })
  const command = { verb: 'transfer' as const, ...MUG, qty: 3 }
  await inventory.batch({ commands: Array.from({ length: 100 }, () => command) })
  const reader = await office.reader()
  const { page } = reader
  // A state that is none of theirs shows those that were done.
  await reader.open('transfers?status=PENDING')
  const rows = page.locator('.transfers tbody tr')
  await rows.nth(99).waitFor()
  equal(await rows.count(), 100)
  // What was asked for before the click is answered after it.
  const late = Promise.withResolvers<void>()
  let isFirst = true
  await page.route(OF_PAST, async (route) => {
    if (!isFirst) return await route.continue()
    isFirst = false
    await page.waitForTimeout(1500)
    await route.continue()
    late.resolve()
  })
  await inventory.transfer({ ...MUG, qty: 4 })
  await page.waitForRequest(OF_PAST)
  await page.getByRole('button', { name: 'Older transfers' }).click()
  await rows.nth(102).waitFor()
  await late.promise
  await page.waitForTimeout(300)
  equal(await rows.count(), 103)
  equal(await rows.nth(102).locator('td').first().innerText(), '1')
  equal(await page.getByRole('button', { name: 'Older transfers' }).count(), 0)
})
