import assert from 'node:assert/strict'
import { existsSync, writeFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { LONG } from '../../../holdfast/test/support/long.ts'
import { finished, folder, holdfastJson, start } from './support/holdfast.ts'
import { firstDay, largeOrder, manyOrders, ordersCsv } from './support/orders.ts'
import { lasting, type Printed } from './support/summary.ts'

const path = folder()

/** Runs a replay again and again, killed at random moments of its work, until one comes through. */
async function withKills(
  file: string,
  db: string,
  kills: number,
): Promise<{ readonly printed: Printed; readonly killed: number }> {
  for (let killed = 0; ; killed++) {
    const child = start(['replay', file, '--db', db, '--json'])
    const end = finished(child)
    if (killed < kills) {
      while (!existsSync(db) && child.exitCode === null) await pause(2)
      await pause(100 + Math.random() * 500)
      child.kill('SIGKILL')
    }
    const { code, signal, stdout, stderr } = await end
    if (signal === 'SIGKILL') continue
    assert.equal(code, 0, stderr)
    return { printed: JSON.parse(stdout) as Printed, killed }
  }
}

async function comesToTheSame(file: string, name: string): Promise<void> {
  const [whole] = await holdfastJson<Printed>('replay', file, '--db', path(`${name}-whole.db`))
  const { printed } = await withKills(file, path(`${name}.db`), LONG ? 4 : 2)
  assert.ok(printed.addsUp)
  assert.deepEqual(lasting(printed), lasting(whole!))
}

describe('holdfast replay, killed and run again', () => {
  const day = firstDay()
  const skip = day === null && '../shared/data is not there'
  if (LONG) it('the first real day', { skip }, () => comesToTheSame(day!, 'day'))

  it('orders that take several steps, one of which does not fit at its end', async () => {
    const file = path('orders.csv')
    const lines = [
      ...manyOrders(LONG ? 400 : 130, 3000),
      ...largeOrder(900_000, 3000, 1),
      ...largeOrder(900_001, 2900, 2),
      { invoice: 900_001, product: 99_999, qty: 1000 }, // 900 are in stock
      ...manyOrders(LONG ? 200 : 60, 3000).map((line) => ({
        ...line,
        invoice: `7${line.invoice}`,
      })),
    ]
    writeFileSync(file, ordersCsv(lines))
    await comesToTheSame(file, 'orders')
  })

  it('Ctrl-C stops it cleanly, and it says so', async () => {
    const file = path('orders.csv')
    const child = start(['replay', file, '--db', path('stopped.db')])
    const end = finished(child)
    while (!existsSync(path('stopped.db')) && child.exitCode === null) await pause(2)
    await pause(100)
    child.kill('SIGINT')
    const { code, signal, stderr } = await end
    assert.equal(signal, null)
    if (code === 0) return // it was faster
    assert.equal(code, 1)
    assert.match(stderr, /Stopped\. Run it again/)
  })
})
