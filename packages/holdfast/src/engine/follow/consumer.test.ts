import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { memory } from '../../store/memory/index.ts'
import type { Store } from '../../store/store.ts'
import { openInventory } from '../open/open-inventory.ts'

test('a consumer whose store fails for some seconds warns once, and goes on later', async () => {
  let isDown = false
  const store: Store = {
    kind: 'memory',
    open: async (options) => {
      const opened = await memory().open(options)
      const { reader } = opened
      const entries = reader.entries.bind(reader)
      reader.entries = async (query) => {
        if (isDown) throw new Error('the database is away')
        return entries(query)
      }
      return opened
    },
  }
  const warned: string[] = []
  const onWarning = ({ message }: Error): void => void warned.push(message)
  await using inventory = await openInventory({
    store,
    onWarning,
    warehouses: [{ id: 'SF', name: 'SF' }],
  })
  isDown = true
  const consumer = await inventory.consume({ name: 'mail' }, () => undefined)
  const awake = setInterval(() => undefined, 1000)
  while (warned.length === 0) await pause(50)
  isDown = false
  while (consumer.position < 1) await pause(50)
  clearInterval(awake)
  deepEqual(warned, ['the consumer mail cannot go on: the database is away'])
})
