import { deepEqual, doesNotMatch, equal, match, ok } from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { memory, openInventory, OperationalError, type Store } from 'holdfast'
import { StoreFailure } from '../../../holdfast/src/store/failure.ts'
import { startService } from '../../src/http/service.ts'
import { running } from './support/running.ts'

const ADD = { warehouseId: 'SF', productId: 'SOCK', qty: 1, source: 'S' }
const SAID = 'connect ECONNREFUSED 10.7.0.5:5432 as bob'

/** A store that can lose its database. */
function losable(): { readonly store: Store; readonly lose: () => void } {
  const inner = memory()
  let isLost = false
  const store: Store = {
    kind: inner.kind,
    open: async (how) => {
      const open = await inner.open(how)
      const writer = new Proxy(open.writer!, {
        get(target, name) {
          const value: unknown = Reflect.get(target, name, target)
          if (typeof value !== 'function') return value
          return (...given: unknown[]): unknown => {
            if (isLost && name === 'commit')
              return Promise.reject(new StoreFailure(SAID, { outcome: 'not-committed' }))
            return Reflect.apply(value, target, given)
          }
        },
      })
      return { ...open, writer }
    },
  }
  return { store, lose: () => (isLost = true) }
}

function logged(): { readonly log: object; readonly lines: string[] } {
  const lines: string[] = []
  return {
    lines,
    log: { level: 'info', stream: { write: (line: string) => void lines.push(line) } },
  }
}

test('what the database said is for the log; a caller never sees its address', async (t) => {
  const { store, lose } = losable()
  const { lines, log } = logged()
  const { call } = await running(t, { store, log: log as never })
  lose()
  const line = JSON.stringify({ verb: 'addStock', ...ADD })
  const ndjson = { 'content-type': 'application/x-ndjson' }
  const answers = [
    await call('POST', '/v1/stock/add', ADD),
    await call('POST', '/v1/batch', { commands: [{ verb: 'addStock', ...ADD }] }),
    await call('POST', '/v1/batch', line, ndjson),
    await call('PUT', '/v1/warehouses/NEW', { name: 'New' }),
  ]
  for (const { text } of answers) {
    match(text, /STORE_UNAVAILABLE/)
    doesNotMatch(text, /ECONNREFUSED|10\.7\.0\.5|5432|bob/)
  }
  equal(answers[0]!.body['detail'], 'The store cannot be reached')
  const warnings = lines.filter((one) => one.includes(SAID))
  deepEqual(
    warnings.map((one) => (JSON.parse(one) as { route: string }).route),
    ['/v1/stock/add', '/v1/batch', '/v1/batch', '/v1/warehouses/:warehouseId'],
  )
})

async function ipOf(
  t: TestContext,
  trustProxy: number | string[] | undefined,
  forwarded: string,
): Promise<string> {
  const { lines, log } = logged()
  const { call } = await running(t, { log: log as never, trustProxy })
  await call('GET', '/v1/stock', undefined, { 'x-forwarded-for': forwarded })
  return (JSON.parse(lines.at(-1)!) as { ip: string }).ip
}

test('behind a proxy that is named the log shows the caller, and else who connects', async (t) => {
  const forged = '198.51.100.9, 203.0.113.7'
  equal(await ipOf(t, undefined, forged), '127.0.0.1')
  equal(await ipOf(t, ['10.0.0.0/8'], forged), '127.0.0.1')
  equal(await ipOf(t, ['127.0.0.0/8'], forged), '203.0.113.7')
  equal(await ipOf(t, 1, forged), '203.0.113.7')
  equal(await ipOf(t, 2, forged), '198.51.100.9')
})

test('webhooks that cannot be read are told of once a second, without a stack', async (t) => {
  const { log, lines } = logged()
  const inventory = await openInventory({ store: memory() })
  const service = await startService({ inventory, port: 0, log: log as never })
  t.after(async () => {
    await service.close()
    await inventory.close()
  })
  inventory.documents = () => Promise.reject(new OperationalError('STORE_UNAVAILABLE', SAID))
  await pause(2200)
  const told = lines.filter((line) => line.includes('the store does not answer; webhooks wait'))
  ok(told.length >= 1 && told.length <= 3, `${told.length}`)
  for (const line of told) {
    match(line, /"code":"STORE_UNAVAILABLE"/)
    doesNotMatch(line, /"stack"/)
  }
})
