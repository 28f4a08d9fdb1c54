import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { orderUpTo } from '../../rules/reorder.ts'
import type {
  Consumer,
  ConsumerOptions,
  HandlerContext,
  Inventory,
} from '../../engine/inventory.ts'
import type { AuditEntry } from '../../model/audit-entry.ts'
import { failure, refusal } from '../refusal.ts'
import { openFixture, type MakeShop } from './fixture.ts'
import { until } from './until.ts'

const BOOT = { warehouseId: 'LA', productId: 'BOOT' }

type Call = (...given: unknown[]) => Promise<unknown>

/** Consumers of the trail: in order, at least once, with a stored position. */
export function consumers(makeShop: MakeShop): void {
  test('a mistyped option and a missing handler are refused', async (t) => {
    const { inventory } = await openFixture(t, makeShop)
    const name = 'c'
    const ignore = (): void => undefined
    const listener = { onLowStock: ignore }
    const { consume, alerts, reorder, verify, backup } = inventory as unknown as Record<
      string,
      Call
    >
    const wrong: [Call | undefined, ...unknown[]][] = [
      [consume, { name, form: 'end' }, ignore],
      [consume, { name, onError: 'log' }, ignore],
      [consume, { name }, undefined],
      [consume, undefined, ignore],
      [alerts, { name, form: 'end' }, listener],
      [alerts, null, listener],
      [alerts, { name }, {}],
      [alerts, { name }, undefined],
      [alerts, { name }, { ...listener, onShortage: 'mail' }],
      [reorder, { name, form: 'end' }, orderUpTo(4), ignore],
      [reorder, undefined, orderUpTo(4), ignore],
      [reorder, { name }, {}, ignore],
      [reorder, { name }, orderUpTo(4), undefined],
      [verify, { expct: { seq: 0, hash: '' } }],
      [backup, '/nowhere/at/all.db', null],
      [backup, '/nowhere/at/all.db', { onprogress: ignore }],
      [backup, '/nowhere/at/all.db', { onProgress: 'log' }],
    ]
    for (const [call, ...given] of wrong) {
      const { code } = await refusal(() => call!.apply(inventory, given))
      equal(code, 'INVALID_INPUT', JSON.stringify(given))
    }
    deepEqual(await inventory.consumers(), [])
  })

  test('a consumer gets every entry in order, old ones and new ones', async (t) => {
    const { inventory, began, socks } = await openFixture(t, makeShop)
    await socks(1)
    const seen: number[] = []
    const consumer = await inventory.consume({ name: 'c' }, ({ seq }) => void seen.push(seq))
    await socks(2)
    await Promise.all(Array.from({ length: 300 }, () => socks(1)))
    await until('302 entries', () => seen.length === began + 302)
    deepEqual(
      seen,
      Array.from({ length: began + 302 }, (_, i) => i + 1),
    )
    await consumer.stop()
    equal(consumer.position, began + 302)
    await socks(1)
    await pause(30)
    equal(seen.length, began + 302)
  })

  test('it does not begin where the trail does not reach, and leaves no position there', async (t) => {
    const { inventory, began, socks } = await openFixture(t, makeShop)
    const begin = (from: number) => inventory.consume({ name: 'c', from }, () => undefined)
    const { code, details } = await refusal(() => begin(began + 1))
    deepEqual([code, details], ['POSITION_AHEAD', { after: began + 1, seq: began }])
    deepEqual(await inventory.consumers(), [])
    await socks(1)
    equal((await begin(began + 1)).position, began + 1)
  })

  test('it begins where it is told to, and continues where it stopped', async (t) => {
    const { inventory, open, began, socks } = await openFixture(t, makeShop)
    await socks(1)
    const seen: string[] = []
    const note =
      (name: string) =>
      ({ seq }: AuditEntry) =>
        void seen.push(`${name} ${seq - began}`)
    const end = await inventory.consume({ name: 'end', from: 'end' }, note('end'))
    const two = await inventory.consume({ name: 'two', from: began + 1 }, note('two'))
    await socks(1)
    await until('both', () => seen.length === 2)
    deepEqual(seen.toSorted(), ['end 2', 'two 2'])
    await end.stop()
    await socks(1)
    await until('the third entry', () => seen.length === 3)
    await two.stop()
    await inventory.close()

    const again = await open()
    await again.consume({ name: 'end', from: 0 }, note('end'))
    await until('what came meanwhile', () => seen.includes('end 3'))
    const three = await again.consume({ name: 'two' }, note('two'))
    await again.addStock({ ...BOOT, qty: 1, source: 'S' })
    await until('the fourth entry', () => seen.length === 6)
    deepEqual(seen.slice(3).toSorted(), ['end 3', 'end 4', 'two 4'])
    equal(three.position, began + 4)
  })

  test('one that is forgotten begins anew, and is not forgotten while it runs', async (t) => {
    const { inventory, began, socks } = await openFixture(t, makeShop)
    const seen: number[] = []
    const run = () =>
      inventory.consume({ name: 'c', from: began }, ({ seq }) => void seen.push(seq))
    const consumer = await run()
    await socks(1)
    await until('an entry', () => seen.length === 1)
    equal((await refusal(() => inventory.forgetConsumer('c'))).code, 'INVALID_INPUT')
    await consumer.stop()
    equal(await inventory.forgetConsumer('c'), true)
    deepEqual(await inventory.consumers(), [])
    equal(await inventory.forgetConsumer('c'), false)
    await run()
    await until('the same entry', () => seen.length === 2)
    deepEqual(seen, [began + 1, began + 1])
  })

  test('a handler that fails gets the same entry again, and none is skipped', async (t) => {
    const { inventory, began, socks } = await openFixture(t, makeShop)
    const tries: number[] = []
    const told: unknown[] = []
    let broken = 2
    const consumer = await inventory.consume(
      {
        name: 'c',
        from: began,
        onError: (error, { seq }) => told.push([(error as Error).message, seq - began]),
      },
      async ({ seq }) => {
        tries.push(seq - began)
        await pause(1)
        if (seq === began + 2 && broken-- > 0) throw new Error('pager is down')
      },
    )
    await Promise.all([socks(1), socks(2), socks(3)])
    await until('all three', () => tries.includes(3))
    deepEqual(tries, [1, 2, 2, 2, 3])
    deepEqual(told, [
      ['pager is down', 2],
      ['pager is down', 2],
    ])
    await consumer.stop()
  })

  test('a handler that fails, or whose `onError` does, is not silent', async (t) => {
    const warned: string[] = []
    const onWarning = ({ message }: Error): void => void warned.push(message)
    const { inventory, began, socks } = await openFixture(t, makeShop, { onWarning })
    const broken = async (name: string, onError?: () => unknown): Promise<void> => {
      warned.length = 0
      const options: ConsumerOptions = { name, from: began, onError }
      const consumer = await inventory.consume(options, () => {
        throw new Error('mail is down')
      })
      await until('a warning', () => warned.length > 0)
      await consumer.stop()
    }
    await socks(1)
    await broken('none')
    match(warned[0]!, /^the consumer none goes on later: it failed at entry \d+: mail is down$/)
    await broken('throws', () => {
      throw new Error('pager is down')
    })
    match(
      warned[0]!,
      /^the consumer throws goes on later: onError failed at entry \d+: pager is down$/,
    )
    await broken('rejects', async () => Promise.reject(new Error('log is full')))
    match(
      warned[0]!,
      /^the consumer rejects goes on later: onError failed at entry \d+: log is full$/,
    )
  })

  test('whatever a handler throws, and a warning that fails, end nothing', async (t) => {
    const warned: string[] = []
    const onWarning = ({ message }: Error): void => {
      warned.push(message)
      throw new Error('the log is full')
    }
    const { inventory, began, socks } = await openFixture(t, makeShop, { onWarning })
    const thrown: unknown[] = [Object.create(null), undefined, Symbol('s')]
    await socks(1)
    const consumer = await inventory.consume({ name: 'c', from: began }, () => {
      if (thrown.length > 0) throw thrown.shift()
    })
    await until('the entry', () => consumer.position > began)
    match(warned.join(), /at entry \d+: it has no text,.*: undefined,.*: Symbol\(s\)$/)
    await consumer.stop()
  })

  test('closing waits for the current entry, and an unfinished one comes again', async (t) => {
    const { inventory, open, began, socks } = await openFixture(t, makeShop)
    const seen: number[] = []
    await inventory.consume({ name: 'c', from: began }, async ({ seq }) => {
      await pause(20)
      seen.push(seq - began)
    })
    await Promise.all(Array.from({ length: 5 }, () => socks(1)))
    await until('the first entry', () => seen.length > 0)
    await inventory.close()
    const done = seen.length
    await pause(40)
    equal(seen.length, done)
    const again = await open()
    await again.consume({ name: 'c' }, ({ seq }) => void seen.push(seq - began))
    await until('the rest', () => seen.includes(5))
    deepEqual([...new Set(seen)], [1, 2, 3, 4, 5])
  })

  test('stopping a consumer within its own handler does not wait for that handler', async (t) => {
    const { inventory, began, socks } = await openFixture(t, makeShop)
    const seen: number[] = []
    const { promise: started, resolve: start } = Promise.withResolvers<Consumer>()
    const { promise: stopped, resolve: stop } = Promise.withResolvers<void>()
    const consumer = await inventory.consume({ name: 'c', from: began }, async ({ seq }) => {
      seen.push(seq - began)
      if (seq - began < 2) return
      await (await started).stop()
      stop()
    })
    start(consumer)
    await Promise.all(Array.from({ length: 5 }, () => socks(1)))
    await stopped
    // The handler that stopped it has succeeded: its entry is processed.
    await until('the entry counts', () => consumer.position === began + 2)
    deepEqual(seen, [1, 2])
    await again(inventory, 'c', (seq) => seen.push(seq - began))
    await until('the rest', () => seen.includes(5))
    deepEqual(seen, [1, 2, 3, 4, 5])
  })

  test('closing within a handler does not wait for that handler', async (t) => {
    const { inventory, open, began, socks } = await openFixture(t, makeShop)
    const seen: number[] = []
    const { promise: closed, resolve: close } = Promise.withResolvers<void>()
    await inventory.consume({ name: 'c', from: began }, async ({ seq }) => {
      seen.push(seq - began)
      if (seq - began < 2) return
      await inventory.close()
      close()
    })
    await Promise.all([socks(1), socks(2), socks(3)])
    await closed
    equal((await failure(() => inventory.stock(BOOT))).code, 'STORE_CLOSED')
    await (await open()).consume({ name: 'c' }, ({ seq }) => void seen.push(seq - began))
    await until('the rest', () => seen.includes(3))
    deepEqual(seen, [1, 2, 2, 3])
  })

  test('closing while another caller closes, within a handler that is waited for', async (t) => {
    const { inventory, began, socks } = await openFixture(t, makeShop)
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
    const { promise: closing, resolve: close } = Promise.withResolvers<void>()
    await inventory.consume({ name: 'c', from: began }, async () => {
      begin()
      await closing
      await inventory.close()
    })
    await socks(1)
    await begun
    const outside = inventory.close()
    close()
    await outside
  })

  test('closing does not wait for ever for a handler that does not end, and its entry comes again', async (t) => {
    const warnings: string[] = []
    const onWarning = ({ message }: Error): void => void warnings.push(message)
    const { inventory, open, began, socks } = await openFixture(t, makeShop, { onWarning })
    const seen: string[] = []
    const hangs = (name: string) => {
      const { promise: stuck, resolve: let_go } = Promise.withResolvers<AbortSignal>()
      const handle = async ({ seq }: AuditEntry, { signal }: HandlerContext): Promise<void> => {
        seen.push(`${name} ${seq - began}`)
        if (seq - began < 2) return
        let_go(signal)
        await new Promise(() => undefined)
      }
      return { stuck, handle }
    }
    const [one, two] = [hangs('one'), hangs('two')]
    const stopWithinMs = 30
    const consumer = await inventory.consume({ name: 'one', from: began, stopWithinMs }, one.handle)
    await inventory.consume({ name: 'two', from: began, stopWithinMs }, two.handle)
    await Promise.all([socks(1), socks(2), socks(3)])
    const [stuckOne, stuckTwo] = await Promise.all([one.stuck, two.stuck])
    deepEqual([stuckOne.aborted, stuckTwo.aborted], [false, false])
    await consumer.stop()
    deepEqual([stuckOne.aborted, stuckTwo.aborted], [true, false])
    await inventory.close()
    equal(stuckTwo.aborted, true)
    deepEqual(warnings.length, 2)
    for (const [index, name] of ['one', 'two'].entries())
      match(warnings[index]!, new RegExp(`${name} was stopped in the middle of an entry`))

    const next = await open()
    for (const name of ['one', 'two'])
      await again(next, name, (seq) => seen.push(`${name} ${seq - began}`))
    await until('the rest', () => seen.includes('one 3') && seen.includes('two 3'))
    for (const name of ['one', 'two']) {
      const own = seen.filter((line) => line.startsWith(name))
      deepEqual(
        own,
        [1, 2, 2, 3].map((seq) => `${name} ${seq}`),
      )
    }
  })

  test('a handler that ends too late moves no position', async (t) => {
    const { inventory, began, socks } = await openFixture(t, makeShop, {
      onWarning: () => undefined,
    })
    const { promise: stuck, resolve: hang } = Promise.withResolvers<void>()
    const { promise: ending, resolve: end } = Promise.withResolvers<void>()
    const options = { name: 'c', from: began, stopWithinMs: 0 }
    const consumer = await inventory.consume(options, () => {
      hang()
      return ending
    })
    await Promise.all([socks(1), socks(2), socks(3)])
    await stuck
    await consumer.stop()
    const seen: number[] = []
    const other = await again(inventory, 'c', (seq) => seen.push(seq - began))
    await until('all of them', () => seen.length === 3)
    await other.stop()
    end()
    await pause(20)
    deepEqual(seen, [1, 2, 3])
    equal(consumer.position, began)
    const third = await again(inventory, 'c', () => undefined)
    equal(third.position, began + 3)
    await third.stop()
  })

  test('the same limit applies to alerts and orders', async (t) => {
    const { inventory } = await openFixture(t, makeShop, { onWarning: () => undefined })
    const stuck: string[] = []
    const hang = (what: string): Promise<void> => {
      stuck.push(what)
      return new Promise(() => undefined)
    }
    await inventory.alerts(
      { name: 'a', stopWithinMs: 10 },
      {
        onLowStock: (() => hang('alert')) as () => void,
      },
    )
    const placed = Promise.withResolvers<AbortSignal>()
    await inventory.reorder({ name: 'r', stopWithinMs: 10 }, orderUpTo(4), (_order, { signal }) => {
      placed.resolve(signal)
      return hang('order')
    })
    await inventory.addStock({ ...BOOT, qty: 12, source: 'S' })
    await inventory.removeStock({ ...BOOT, qty: 8, reason: 'LOST' })
    await until('both', () => stuck.length === 2)
    await inventory.close()
    equal((await placed.promise).aborted, true)
  })

  test('a bad time limit is refused', async (t) => {
    const { inventory } = await openFixture(t, makeShop)
    for (const bad of [-1, 0.5, NaN, 2 ** 31, '1']) {
      const options = { name: 'c', stopWithinMs: bad as number }
      const { code } = await refusal(() => inventory.consume(options, () => undefined))
      equal(code, 'INVALID_INPUT')
    }
  })

  test('a read-only inventory has no consumers', async (t) => {
    const { inventory, open, socks } = await openFixture(t, makeShop)
    await socks(1)
    await inventory.close()
    const reader = await open({ readOnly: true })
    equal(reader.readOnly, true)
    equal(
      (await failure(() => reader.consume({ name: 'c' }, () => undefined))).code,
      'STORE_READ_ONLY',
    )
  })

  test('a consumer begins where its options said when it was called', async (t) => {
    const { inventory, socks, began } = await openFixture(t, makeShop)
    await socks(1)
    const options: { name: string; from: number } = { name: 'c', from: began }
    const seen: number[] = []
    const starting = inventory.consume(options, ({ seq }) => void seen.push(seq))
    Object.assign(options, { name: 'another', from: -9 })
    const consumer = await starting
    await until('the one entry', () => seen.length > 0)
    deepEqual(seen, [began + 1])
    equal(consumer.name, 'c')
  })
}

/** Starts another consumer of the name, once the previous one has ended. */
async function again(
  inventory: Inventory,
  name: string,
  note: (seq: number) => void,
): Promise<Consumer> {
  for (let tries = 0; ; tries++) {
    try {
      return await inventory.consume({ name }, ({ seq }) => note(seq))
    } catch (error) {
      if (tries === 100) throw error
      await pause(5)
    }
  }
}
