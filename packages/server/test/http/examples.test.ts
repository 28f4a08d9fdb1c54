import { deepEqual, equal, ok } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { running } from './support/running.ts'

const EXAMPLES = resolve(import.meta.dirname, '../../../../examples')

async function run(example: string, environment: Record<string, string> = {}): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=source', resolve(EXAMPLES, example)],
    { env: { ...process.env, ...environment } },
  )
  return stdout
}

test('the checkout prints the same, embedded and over HTTP, and what its page says', async (t) => {
  const { url, inventory } = await running(t)
  const [embedded, overHttp] = await Promise.all([
    run('checkout/embedded.ts'),
    run('checkout/over-http.ts', { HOLDFAST_URL: url }),
  ])
  equal(overHttp, embedded)
  ok(readFileSync(resolve(EXAMPLES, 'README.md'), 'utf8').includes(embedded))
  const { items } = await inventory.listReservations()
  const ended = items.map(({ owner, status }) => `${owner} ${status}`)
  deepEqual(ended.toSorted(), [
    'order-1 CONFIRMED',
    'order-1 CONFIRMED',
    'order-2 RELEASED',
    'order-4 CONFIRMED',
    'order-4 EXPIRED',
    'order-5 EXPIRED',
    'order-5 EXPIRED',
    'order-6 CONFIRMED',
  ])
})
