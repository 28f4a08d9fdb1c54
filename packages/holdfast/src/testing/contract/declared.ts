import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { TransferApprovalPolicy } from '../../model/transfer.ts'
import type { Inventory } from '../../engine/inventory.ts'
import type { CommandDefinition } from '../../model/commands/command.ts'
import {
  COMMANDS,
  SINGLE_VERBS,
  type Command,
  type CommandOf,
  type SingleVerb,
} from '../../model/commands/commands.ts'
import { collect } from '../listing.ts'
import { refusal } from '../refusal.ts'
import { MOVE, NOBODY } from './refusal-cases.ts'
import { openScene, TTL, type MakeShop, type Scene } from './scene.ts'

const SOCK = { warehouseId: 'SF', productId: 'SOCK' }
const MOON = { ...SOCK, warehouseId: 'MOON' }
const SPLIT = { productId: 'SOCK', ttlMs: TTL }
/** The transfers of this many units make the shop's policy throw. */
const UNLUCKY = 3

interface Ids {
  readonly held: string
  readonly sold: string
  readonly asked: string
  readonly moved: string
  /** Waits, and cannot be approved any more: for want of units, or of room. */
  readonly tooMuch: string
  readonly tooBig: string
}

type Ways<Of extends 'refusals' | 'writes'> = {
  readonly [V in SingleVerb]: {
    readonly [Name in (typeof COMMANDS)[V][Of][number]]: (ids: Ids) => CommandOf<V>
  }
}

/** For each refusal that a verb declares, a command that is refused with it. */
const REFUSED: Ways<'refusals'> = {
  addStock: {
    WAREHOUSE_NOT_FOUND: () => ({ ...MOON, qty: 1, source: 'S' }),
    CAPACITY_EXCEEDED: () => ({ ...SOCK, warehouseId: 'TINY', qty: 5, source: 'S' }),
  },
  removeStock: {
    WAREHOUSE_NOT_FOUND: () => ({ ...MOON, qty: 1, reason: 'LOST' }),
    INSUFFICIENT_STOCK: () => ({ ...SOCK, qty: 99, reason: 'LOST' }),
  },
  countStock: {
    WAREHOUSE_NOT_FOUND: () => ({ ...MOON, onHand: 1 }),
    INSUFFICIENT_STOCK: () => ({ ...SOCK, onHand: 1 }),
    CAPACITY_EXCEEDED: () => ({ ...SOCK, warehouseId: 'LA', onHand: 1e12 }),
  },
  reserve: {
    WAREHOUSE_NOT_FOUND: () => ({ ...MOON, qty: 1, ttlMs: TTL }),
    INSUFFICIENT_STOCK: () => ({ ...SOCK, qty: 99, ttlMs: TTL }),
  },
  confirm: {
    RESERVATION_NOT_FOUND: () => ({ reservationId: NOBODY }),
    INVALID_RESERVATION_STATE: ({ sold }) => ({ reservationId: sold }),
    INVALID_QTY: ({ held }) => ({ reservationId: held, qty: 99 }),
  },
  extend: {
    RESERVATION_NOT_FOUND: () => ({ reservationId: NOBODY, ttlMs: TTL }),
    INVALID_RESERVATION_STATE: ({ sold }) => ({ reservationId: sold, ttlMs: TTL }),
  },
  release: {
    RESERVATION_NOT_FOUND: () => ({ reservationId: NOBODY }),
    INVALID_RESERVATION_STATE: ({ sold }) => ({ reservationId: sold }),
  },
  ship: {
    RESERVATION_NOT_FOUND: () => ({ reservationId: NOBODY }),
    INVALID_RESERVATION_STATE: ({ held }) => ({ reservationId: held }),
  },
  cancel: {
    RESERVATION_NOT_FOUND: () => ({ reservationId: NOBODY }),
    INVALID_RESERVATION_STATE: ({ held }) => ({ reservationId: held }),
  },
  fulfillAcrossWarehouses: {
    WAREHOUSE_NOT_FOUND: () => ({ ...SPLIT, qty: 1, warehouseOrder: ['MOON'] }),
    POLICY_FAILED: () => ({ ...SPLIT, qty: 1, strategy: 'broken' }),
    INSUFFICIENT_STOCK: () => ({ ...SPLIT, qty: 99 }),
  },
  transfer: {
    WAREHOUSE_NOT_FOUND: () => ({ ...MOVE, toWarehouseId: 'MOON', qty: 1 }),
    INSUFFICIENT_STOCK: () => ({ ...MOVE, toWarehouseId: 'NYC', qty: 99 }),
    CAPACITY_EXCEEDED: () => ({ ...MOVE, qty: 5 }),
    POLICY_FAILED: () => ({ ...MOVE, toWarehouseId: 'NYC', qty: UNLUCKY }),
  },
  approveTransfer: {
    TRANSFER_NOT_FOUND: () => ({ transferId: NOBODY }),
    INVALID_TRANSFER_STATE: ({ moved }) => ({ transferId: moved }),
    INSUFFICIENT_STOCK: ({ tooMuch }) => ({ transferId: tooMuch }),
    CAPACITY_EXCEEDED: ({ tooBig }) => ({ transferId: tooBig }),
  },
  rejectTransfer: {
    TRANSFER_NOT_FOUND: () => ({ transferId: NOBODY }),
    INVALID_TRANSFER_STATE: ({ moved }) => ({ transferId: moved }),
  },
}

/** For each type of entry that a verb declares, a command that writes it. */
const WRITTEN: Ways<'writes'> = {
  addStock: { RECEIVED: () => ({ ...SOCK, qty: 1, source: 'S' }) },
  removeStock: {
    DAMAGED: () => ({ ...SOCK, qty: 1, reason: 'DAMAGED' }),
    REMOVED: () => ({ ...SOCK, qty: 1, reason: 'LOST' }),
  },
  countStock: { COUNTED: () => ({ ...SOCK, onHand: 50 }) },
  reserve: { RESERVED: () => ({ ...SOCK, qty: 1, ttlMs: TTL }) },
  confirm: {
    SOLD: ({ held }) => ({ reservationId: held }),
    RETURNED: ({ held }) => ({ reservationId: held, qty: 1 }),
  },
  extend: { EXTENDED: ({ held }) => ({ reservationId: held, ttlMs: TTL }) },
  release: { RETURNED: ({ held }) => ({ reservationId: held }) },
  ship: { SHIPPED: ({ sold }) => ({ reservationId: sold }) },
  cancel: { CANCELLED: ({ sold }) => ({ reservationId: sold }) },
  fulfillAcrossWarehouses: { RESERVED: () => ({ ...SPLIT, qty: 9 }) },
  transfer: {
    TRANSFERRED_OUT: () => ({ ...MOVE, qty: 1 }),
    TRANSFERRED_IN: () => ({ ...MOVE, qty: 1 }),
    TRANSFER_REQUESTED: () => ({ ...MOVE, qty: 1, requiresApproval: true }),
  },
  approveTransfer: {
    TRANSFERRED_OUT: ({ asked }) => ({ transferId: asked }),
    TRANSFERRED_IN: ({ asked }) => ({ transferId: asked }),
  },
  rejectTransfer: { TRANSFER_REJECTED: ({ asked }) => ({ transferId: asked }) },
}

const transferApproval: TransferApprovalPolicy = {
  requiresApproval: ({ qty }) => {
    if (qty === UNLUCKY) throw new RangeError('three is an unlucky number')
    return false
  },
}
const broken = {
  rank: (): never => {
    throw new RangeError('the strategy is down')
  },
}

/** 20 SOCK in SF: 4 held, 2 sold, 14 available; 4 in NYC, 2 of them on their way to be too few; 1 in TINY. */
async function stocked({ inventory, socks, hold }: Scene): Promise<Ids> {
  await socks(21)
  await socks(4, 'NYC')
  const ask = async (move: Omit<CommandOf<'transfer'>, 'requiresApproval'>): Promise<string> =>
    (await inventory.transfer({ ...move, requiresApproval: true })).id
  const back = { ...MOVE, fromWarehouseId: 'NYC', toWarehouseId: 'SF' }
  const tooMuch = await ask({ ...back, qty: 4 })
  const tooBig = await ask({ ...MOVE, qty: 5 })
  await inventory.removeStock({ ...SOCK, warehouseId: 'NYC', qty: 2, reason: 'LOST' })
  const moved = (await inventory.transfer({ ...MOVE, qty: 1 })).id
  const asked = await ask({ ...back, qty: 1 })
  const held = await hold(4)
  const sold = await hold(2)
  await inventory.confirm({ reservationId: sold })
  return { held, sold, asked, moved, tooMuch, tooBig }
}

/** As much in LA as integers are exact for, less what one more count adds. */
async function fill(inventory: Inventory): Promise<void> {
  const qty = 1e12
  for (let from = 0; from < 9007; from += 1000) {
    const commands = Array.from({ length: Math.min(1000, 9007 - from) }, (_, index) => {
      const productId = `FULL-${from + index}`
      return { verb: 'addStock', warehouseId: 'LA', productId, qty, source: 'S' } as const
    })
    await inventory.atomically({ commands })
  }
}

/** What the definitions of commands declare is what happens. */
export function declared(makeShop: MakeShop): void {
  const options = { transferApproval, sourcing: { broken } }
  for (const verb of SINGLE_VERBS) {
    const { refusals, writes }: CommandDefinition = COMMANDS[verb]

    test(`${verb} is refused for each reason that it declares`, async (t) => {
      const scene = await openScene(t, makeShop, options)
      const { inventory } = scene
      const ids = await stocked(scene)
      if (verb === 'countStock') await fill(inventory)
      const ways = Object.entries<(ids: Ids) => object>(REFUSED[verb])
      deepEqual(ways.map(([code]) => code).sort(), refusals.toSorted())
      for (const [code, command] of ways) {
        const refused = await refusal(() => inventory.execute({ verb, ...command(ids) } as Command))
        equal(refused.code, code)
      }
    })

    test(`${verb} writes each type of entry that it declares, and no other`, async (t) => {
      const ways = Object.entries<(ids: Ids) => object>(WRITTEN[verb])
      deepEqual(ways.map(([type]) => type).sort(), writes.toSorted())
      for (const [type, command] of ways) {
        const scene = await openScene(t, makeShop, options)
        const { inventory } = scene
        const ids = await stocked(scene)
        const { seq: after } = await inventory.head()
        await inventory.execute({ verb, ...command(ids) } as Command)
        const types = (await collect(inventory.audit({ after }))).map((entry) => entry.type)
        ok((types as string[]).includes(type), `${verb} wrote ${types.join(', ')}`)
        for (const one of types) ok(writes.includes(one), `${verb} does not declare ${one}`)
      }
    })
  }
}
