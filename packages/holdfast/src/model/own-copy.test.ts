import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { InventoryManager } from '../index.ts'
import type { SingleCommand } from './commands/commands.ts'
import type { Offer } from '../rules/sourcing.ts'

const ADD = { verb: 'addStock', warehouseId: 'SF', productId: 'SOCK', source: 'S' } as const

test('a field whose getter changes keeps the value that was checked', () => {
  const manager = new InventoryManager()
  manager.addWarehouse({ id: 'SF', name: 'San Francisco' })
  let reads = 0
  manager.execute({
    ...ADD,
    get qty() {
      return reads++ === 0 ? 5 : 0.5
    },
  })
  equal(manager.getWarehouse('SF').getAvailable('SOCK'), 5)
})

test('a list that the shop’s own strategy changes meanwhile is executed as it was given', () => {
  const last = { ...ADD, qty: 1 }
  const manager = new InventoryManager({
    sourcing: {
      meddling: {
        rank: (offers: readonly Offer[]) => {
          last.qty = 0.5
          return offers
        },
      },
    },
  })
  manager.addWarehouse({ id: 'SF', name: 'San Francisco' })
  const order = { verb: 'fulfillAcrossWarehouses', productId: 'SOCK', qty: 1, ttlMs: 9 } as const
  const commands: SingleCommand[] = [{ ...ADD, qty: 3 }, { ...order, strategy: 'meddling' }, last]
  equal(manager.atomically(commands).length, 3)
  deepEqual(
    manager.auditLog.entries.map(({ type, qty }) => `${type} ${qty}`),
    ['RECEIVED 3', 'RESERVED 1', 'RECEIVED 1'],
  )
})
