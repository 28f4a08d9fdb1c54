import { deepEqual, equal, match, ok } from 'node:assert/strict'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { test } from 'node:test'
import { memory, openInventory, OperationalError, type Inventory } from 'holdfast'
import { startService } from '../../src/http/service.ts'
import { caller, running, WAREHOUSES } from './support/running.ts'

// First: at the second scrape nothing is read any more.
test('the first scrape needs no file', async (t) => {
  const { call } = await running(t)
  const read = t.mock.method(fs, 'readFileSync', () => {
    throw Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' })
  })
  syncBuiltinESMExports()
  const { status, text } = await call('GET', '/metrics')
  read.mock.restore()
  syncBuiltinESMExports()
  equal(status, 200)
  match(text, /^holdfast_build_info\{version="/m)
})

test('without its store a service tells what it knows itself, soon', async (t) => {
  let away: 'no' | 'silent' | 'refusing' = 'no'
  const inventory = await openInventory({ store: memory(), warehouses: WAREHOUSES })
  const cut = new Proxy(inventory, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target)
      if (typeof value !== 'function') return value
      const isRead = ['head', 'consumers', 'listReservations', 'storeBytes'].includes(String(name))
      if (away === 'no' || !isRead) return value.bind(target) as unknown
      const refused = new OperationalError('STORE_UNAVAILABLE', 'nobody there')
      return () => (away === 'silent' ? new Promise(() => undefined) : Promise.reject(refused))
    },
  }) as Inventory
  const service = await startService({ inventory: cut, port: 0 })
  t.after(async () => {
    await service.close()
    await inventory.close()
  })
  const call = caller(service.url)
  const scrape = async (): Promise<string[]> => {
    const began = performance.now()
    const { status, text } = await call('GET', '/metrics')
    equal(status, 200)
    ok(performance.now() - began < 2000)
    return text.split('\n').filter((line) => /^holdfast_(store|trail|holds|read_only)/.test(line))
  }
  deepEqual(await scrape(), [
    'holdfast_read_only 0',
    'holdfast_store_up 1',
    'holdfast_trail_seq 3',
    'holdfast_holds_active 0',
    'holdfast_holds_expired_total 0',
  ])
  for (away of ['silent', 'refusing'] as const)
    deepEqual(await scrape(), ['holdfast_read_only 0', 'holdfast_store_up 0'])
  away = 'no'
  ok((await scrape()).includes('holdfast_store_up 1'))
})
