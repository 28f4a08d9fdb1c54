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
import { INTO_TINY, NOBODY } from './refusal-cases.ts'
import { MOVE, openFixture, SOCK, TTL, type Fixture, type MakeShop } from './fixture.ts'

const MOON = { ...SOCK, warehouseId: 'MOON' }
const BACK = { ...MOVE, fromWarehouseId: 'NYC', toWarehouseId: 'SF' }
const SPLIT = { productId: 'SOCK', ttlMs: TTL }
/** Transfers of this many units make the shop's policy throw. */
const UNLUCKY = 3

interface Ids {
  /** Shipped: 2 units, none of which was returned. */
  readonly shipped: string
  /** Expired, with 4 units held. */
  readonly over: string
  /** In the outlet, which does not sell; expired. */
  readonly overThere: string
  /** Requested, into a warehouse that has since been closed. */
  readonly intoClosed: string
  /** In a warehouse that has since been closed. */
  readonly fromClosed: string
  /** Shipped from LA, which has since been filled to the last unit. */
  readonly fromFull: string
  readonly held: string
  readonly sold: string
  readonly moved: string
  /** Waiting, and no longer possible: for lack of units, or of room. */
  readonly tooMuch: string
  readonly tooBig: string
}

type Place = typeof SOCK

type Ways<Of extends 'refusals' | 'writes', I> = {
  readonly [V in SingleVerb]: {
    readonly [Name in (typeof COMMANDS)[V][Of][number]]: (ids: I) => CommandOf<V>
  }
}

/** For each refusal that a verb declares, a command that gets it. */
const REFUSED: Ways<'refusals', Ids> = {
  addStock: {
    WAREHOUSE_NOT_FOUND: () => ({ ...MOON, qty: 1, source: 'S' }),
    STOCK_CHANGED: () => ({ ...SOCK, qty: 1, source: 'S', ifSeq: 1 }),
    CAPACITY_EXCEEDED: () => ({ ...SOCK, warehouseId: 'TINY', qty: 5, source: 'S' }),
  },
  removeStock: {
    WAREHOUSE_NOT_FOUND: () => ({ ...MOON, qty: 1, reason: 'LOST' }),
    STOCK_CHANGED: () => ({ ...SOCK, qty: 1, reason: 'LOST', ifSeq: 1 }),
    INSUFFICIENT_STOCK: () => ({ ...SOCK, qty: 99, reason: 'LOST' }),
  },
  countStock: {
    WAREHOUSE_NOT_FOUND: () => ({ ...MOON, onHand: 1 }),
    STOCK_CHANGED: () => ({ ...SOCK, onHand: 50, ifSeq: 1 }),
    INSUFFICIENT_STOCK: () => ({ ...SOCK, onHand: 1 }),
    CAPACITY_EXCEEDED: () => ({ ...SOCK, warehouseId: 'LA', onHand: 1 }),
  },
  setAside: {
    WAREHOUSE_NOT_FOUND: () => ({ ...MOON, qty: 1, reason: 'LOST' }),
    STOCK_CHANGED: () => ({ ...SOCK, qty: 1, reason: 'SAMPLE', ifSeq: 1 }),
    INSUFFICIENT_STOCK: () => ({ ...SOCK, qty: 99, reason: 'SAMPLE' }),
  },
  putBack: {
    WAREHOUSE_NOT_FOUND: () => ({ ...MOON, qty: 1 }),
    STOCK_CHANGED: () => ({ ...SOCK, qty: 1, ifSeq: 1 }),
    INSUFFICIENT_STOCK: () => ({ ...SOCK, qty: 99 }),
  },
  writeOff: {
    WAREHOUSE_NOT_FOUND: () => ({ ...MOON, qty: 1, reason: 'LOST' }),
    STOCK_CHANGED: () => ({ ...SOCK, qty: 1, reason: 'LOST', ifSeq: 1 }),
    INSUFFICIENT_STOCK: () => ({ ...SOCK, qty: 99, reason: 'LOST' }),
  },
  reserve: {
    WAREHOUSE_NOT_FOUND: () => ({ ...MOON, qty: 1, ttlMs: TTL }),
    WAREHOUSE_NOT_SELLING: () => ({ ...SOCK, warehouseId: 'OUTLET', qty: 1, ttlMs: TTL }),
    RESERVATION_NOT_FOUND: () => ({ ...SOCK, qty: 1, ttlMs: TTL, replaces: NOBODY }),
    INVALID_RESERVATION_STATE: ({ sold }) => ({ ...SOCK, qty: 1, ttlMs: TTL, replaces: sold }),
    INSUFFICIENT_STOCK: () => ({ ...SOCK, qty: 99, ttlMs: TTL }),
  },
  confirm: {
    RESERVATION_NOT_FOUND: () => ({ reservationId: NOBODY }),
    INVALID_RESERVATION_STATE: ({ sold }) => ({ reservationId: sold }),
    INVALID_QTY: ({ held }) => ({ reservationId: held, qty: 99 }),
    WAREHOUSE_NOT_FOUND: ({ fromClosed }) => ({ reservationId: fromClosed, reacquire: true }),
    WAREHOUSE_NOT_SELLING: ({ overThere }) => ({ reservationId: overThere, reacquire: true }),
    INSUFFICIENT_STOCK: ({ over }) => ({ reservationId: over, reacquire: true }),
  },
  extend: {
    RESERVATION_NOT_FOUND: () => ({ reservationId: NOBODY, ttlMs: TTL }),
    INVALID_RESERVATION_STATE: ({ sold }) => ({ reservationId: sold, ttlMs: TTL }),
  },
  release: {
    RESERVATION_NOT_FOUND: () => ({ reservationId: NOBODY }),
    INVALID_RESERVATION_STATE: ({ sold }) => ({ reservationId: sold }),
    INVALID_QTY: ({ held }) => ({ reservationId: held, qty: 99 }),
  },
  confirmAll: { TOO_MANY: () => ({ of: { owner: 'crowd' } }) },
  extendAll: { TOO_MANY: () => ({ of: { group: 'crowd' }, ttlMs: TTL }) },
  releaseAll: { TOO_MANY: () => ({ of: { owner: 'crowd' } }) },
  ship: {
    RESERVATION_NOT_FOUND: () => ({ reservationId: NOBODY }),
    INVALID_RESERVATION_STATE: ({ held }) => ({ reservationId: held }),
    INVALID_QTY: ({ sold }) => ({ reservationId: sold, qty: 99 }),
  },
  cancel: {
    RESERVATION_NOT_FOUND: () => ({ reservationId: NOBODY }),
    INVALID_RESERVATION_STATE: ({ held }) => ({ reservationId: held }),
    INVALID_QTY: ({ sold }) => ({ reservationId: sold, qty: 99 }),
  },
  sell: {
    WAREHOUSE_NOT_FOUND: () => ({ ...MOON, qty: 1 }),
    WAREHOUSE_NOT_SELLING: () => ({ ...SOCK, warehouseId: 'OUTLET', qty: 1 }),
    INSUFFICIENT_STOCK: () => ({ ...SOCK, qty: 99 }),
  },
  moveReservation: {
    RESERVATION_NOT_FOUND: () => ({ reservationId: NOBODY, toWarehouseId: 'NYC' }),
    WAREHOUSE_NOT_FOUND: ({ held }) => ({ reservationId: held, toWarehouseId: 'MOON' }),
    WAREHOUSE_NOT_SELLING: ({ held }) => ({ reservationId: held, toWarehouseId: 'OUTLET' }),
    INVALID_RESERVATION_STATE: ({ shipped }) => ({ reservationId: shipped, toWarehouseId: 'NYC' }),
    INSUFFICIENT_STOCK: ({ held }) => ({ reservationId: held, toWarehouseId: 'NYC' }),
  },
  changeOwner: {
    RESERVATION_NOT_FOUND: () => ({ reservationId: NOBODY, owner: 'ann' }),
    INVALID_RESERVATION_STATE: ({ shipped }) => ({ reservationId: shipped, owner: 'ann' }),
  },
  returnGoods: {
    RESERVATION_NOT_FOUND: () => ({ reservationId: NOBODY, qty: 1 }),
    WAREHOUSE_NOT_FOUND: ({ fromClosed }) => ({ reservationId: fromClosed, qty: 1 }),
    INVALID_RESERVATION_STATE: ({ held }) => ({ reservationId: held, qty: 1 }),
    INVALID_QTY: ({ shipped }) => ({ reservationId: shipped, qty: 3 }),
    CAPACITY_EXCEEDED: ({ fromFull }) => ({ reservationId: fromFull, qty: 1 }),
  },
  fulfillAcrossWarehouses: {
    WAREHOUSE_NOT_FOUND: () => ({ ...SPLIT, qty: 1, warehouseOrder: ['MOON'] }),
    POLICY_FAILED: () => ({ ...SPLIT, qty: 1, strategy: 'broken' }),
    INSUFFICIENT_STOCK: () => ({ ...SPLIT, qty: 99 }),
  },
  transfer: {
    WAREHOUSE_NOT_FOUND: () => ({ ...INTO_TINY, toWarehouseId: 'MOON', qty: 1 }),
    RESERVATION_NOT_FOUND: () => ({ ...INTO_TINY, qty: 1, reservations: [NOBODY] }),
    INVALID_RESERVATION_STATE: ({ shipped }) => ({ ...INTO_TINY, qty: 1, reservations: [shipped] }),
    INVALID_QTY: ({ held }) => ({ ...INTO_TINY, qty: 1, reservations: [held] }),
    INSUFFICIENT_STOCK: () => ({ ...INTO_TINY, toWarehouseId: 'NYC', qty: 99 }),
    CAPACITY_EXCEEDED: () => ({ ...INTO_TINY, qty: 5 }),
    POLICY_FAILED: () => ({ ...INTO_TINY, toWarehouseId: 'NYC', qty: UNLUCKY }),
  },
  approveTransfer: {
    TRANSFER_NOT_FOUND: () => ({ transferId: NOBODY }),
    WAREHOUSE_NOT_FOUND: ({ intoClosed }) => ({ transferId: intoClosed }),
    INVALID_TRANSFER_STATE: ({ moved }) => ({ transferId: moved }),
    INSUFFICIENT_STOCK: ({ tooMuch }) => ({ transferId: tooMuch }),
    CAPACITY_EXCEEDED: ({ tooBig }) => ({ transferId: tooBig }),
  },
  rejectTransfer: {
    TRANSFER_NOT_FOUND: () => ({ transferId: NOBODY }),
    INVALID_TRANSFER_STATE: ({ moved }) => ({ transferId: moved }),
  },
  closeWarehouse: {
    WAREHOUSE_NOT_FOUND: () => ({ warehouseId: 'MOON' }),
    WAREHOUSE_IN_USE: () => ({ warehouseId: 'SF' }),
  },
}

/** Made anew for each command that is to write something. */
interface Fresh {
  /** 4 units, and 1. */
  readonly held: string
  readonly little: string
  /** 2 units. */
  readonly sold: string
  readonly shipped: string
  /** A transfer that waits. */
  readonly asked: string
}

/** For each type of entry that a verb declares, a command that writes it. */
const WRITTEN: Ways<'writes', Fresh> = {
  addStock: {
    RECEIVED: () => ({ ...SOCK, qty: 1, source: 'S' }),
    RECEIVED_ASIDE: () => ({ ...SOCK, qty: 1, source: 'S', into: 'unsellable' }),
  },
  removeStock: {
    DAMAGED: () => ({ ...SOCK, qty: 1, reason: 'DAMAGED' }),
    REMOVED: () => ({ ...SOCK, qty: 1, reason: 'LOST' }),
  },
  countStock: {
    COUNTED: () => ({ ...SOCK, onHand: 500 }),
    COUNTED_ASIDE: () => ({ ...SOCK, onHand: 500, unsellable: 9 }),
  },
  setAside: { SET_ASIDE: () => ({ ...SOCK, qty: 1, reason: 'SAMPLE' }) },
  putBack: { PUT_BACK: () => ({ ...SOCK, qty: 1 }) },
  writeOff: { WRITTEN_OFF: () => ({ ...SOCK, qty: 1, reason: 'LOST' }) },
  reserve: {
    RESERVED: () => ({ ...SOCK, qty: 1, ttlMs: TTL }),
    RETURNED: ({ held }) => ({ ...SOCK, qty: 5, ttlMs: TTL, replaces: held }),
  },
  confirm: {
    SOLD: ({ held }) => ({ reservationId: held }),
    RETURNED: ({ held }) => ({ reservationId: held, qty: 1 }),
    RESERVED: ({ held }) => ({ reservationId: held, qty: 1, rest: 'hold' }),
  },
  extend: { EXTENDED: ({ held }) => ({ reservationId: held, ttlMs: TTL }) },
  release: { RETURNED: ({ held }) => ({ reservationId: held }) },
  confirmAll: { SOLD: () => ({ of: { owner: 'bob' } }) },
  extendAll: { EXTENDED: () => ({ of: { owner: 'bob' }, ttlMs: TTL }) },
  releaseAll: { RETURNED: () => ({ of: { owner: 'bob' } }) },
  ship: { SHIPPED: ({ sold }) => ({ reservationId: sold }) },
  cancel: { CANCELLED: ({ sold }) => ({ reservationId: sold }) },
  sell: {
    RESERVED: () => ({ ...SOCK, qty: 1 }),
    SOLD: () => ({ ...SOCK, qty: 1 }),
    SHIPPED: () => ({ ...SOCK, qty: 1, ship: true }),
  },
  moveReservation: {
    RETURNED: ({ little }) => ({ reservationId: little, toWarehouseId: 'NYC' }),
    CANCELLED: ({ sold }) => ({ reservationId: sold, toWarehouseId: 'NYC' }),
    RESERVED: ({ sold }) => ({ reservationId: sold, toWarehouseId: 'NYC' }),
    SOLD: ({ sold }) => ({ reservationId: sold, toWarehouseId: 'NYC' }),
  },
  changeOwner: { OWNER_CHANGED: ({ held }) => ({ reservationId: held, owner: 'ann' }) },
  returnGoods: {
    CAME_BACK: ({ shipped }) => ({ reservationId: shipped, qty: 1 }),
    PUT_BACK: ({ shipped }) => ({ reservationId: shipped, qty: 1, into: 'available' }),
  },
  fulfillAcrossWarehouses: { RESERVED: () => ({ ...SPLIT, qty: 9 }) },
  transfer: {
    TRANSFERRED_OUT: () => ({ ...MOVE, qty: 1 }),
    TRANSFERRED_IN: () => ({ ...MOVE, qty: 1 }),
    TRANSFER_REQUESTED: () => ({ ...MOVE, qty: 1, requiresApproval: true }),
    RETURNED: ({ little }) => ({ ...MOVE, qty: 1, reservations: [little] }),
    CANCELLED: ({ sold }) => ({ ...MOVE, qty: 2, reservations: [sold] }),
    RESERVED: ({ sold }) => ({ ...MOVE, qty: 2, reservations: [sold] }),
    SOLD: ({ sold }) => ({ ...MOVE, qty: 2, reservations: [sold] }),
  },
  approveTransfer: {
    TRANSFERRED_OUT: ({ asked }) => ({ transferId: asked }),
    TRANSFERRED_IN: ({ asked }) => ({ transferId: asked }),
  },
  rejectTransfer: { TRANSFER_REJECTED: ({ asked }) => ({ transferId: asked }) },
  closeWarehouse: { WAREHOUSE_CHANGED: () => ({ warehouseId: 'LA' }) },
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

/**
 * In SF 4 SOCK are held and 2 sold, 2 shipped, 1 is set aside, 15 are available; 2 are left in NYC; 1 is in TINY. A
 * hold of 4 HAT has expired, and they are held by another owner. LA is full, and a crowd has more holds in SF than a
 * command changes.
 */
async function stocked(fixture: Fixture): Promise<Ids> {
  const { inventory, socks, hold, clock } = fixture
  await socks(25)
  await socks(4, 'NYC')
  await socks(1, 'LA')
  await inventory.setAside({ ...SOCK, qty: 1, reason: 'SAMPLE' })
  const shipped = (await inventory.sell({ ...SOCK, qty: 2, ship: true })).id
  const inLa = { ...SOCK, warehouseId: 'LA' }
  const fromFull = (await inventory.sell({ ...inLa, qty: 1, ship: true })).id
  const HAT = { ...SOCK, productId: 'HAT' }
  const brief = async (warehouseId: string): Promise<string> => {
    await inventory.addStock({ ...HAT, warehouseId, qty: 4, source: 'S' })
    return (await inventory.reserve({ ...HAT, warehouseId, qty: 4, ttlMs: 1 })).id
  }
  for (const id of ['OUTLET', 'SHUT']) await inventory.changeWarehouse({ id, name: id })
  const [over, overThere, fromClosed] = [
    await brief('SF'),
    await brief('OUTLET'),
    await brief('SHUT'),
  ]
  clock.advance(2)
  await inventory.reserve({ ...HAT, qty: 1, ttlMs: TTL, owner: 'bob' })
  await inventory.changeWarehouse({ id: 'OUTLET', name: 'Outlet', sells: false })
  await inventory.removeStock({ ...HAT, warehouseId: 'SHUT', qty: 4, reason: 'LOST' })
  const into = { fromWarehouseId: 'SF', toWarehouseId: 'SHUT', productId: 'SOCK', qty: 1 }
  const intoClosed = (await inventory.transfer({ ...into, requiresApproval: true })).id
  await inventory.closeWarehouse({ warehouseId: 'SHUT' })
  const ask = async (move: Omit<CommandOf<'transfer'>, 'requiresApproval'>): Promise<string> =>
    (await inventory.transfer({ ...move, requiresApproval: true })).id
  const tooMuch = await ask({ ...BACK, qty: 4 })
  const tooBig = await ask({ ...INTO_TINY, qty: 5 })
  await inventory.removeStock({ ...SOCK, warehouseId: 'NYC', qty: 2, reason: 'LOST' })
  const moved = (await inventory.transfer({ ...INTO_TINY, qty: 1 })).id
  const held = await hold(4)
  const sold = await hold(2)
  await inventory.confirm({ reservationId: sold })
  await fill(inventory, { ...inLa, productId: 'FULL' })
  await crowd(inventory, { ...SOCK, productId: 'CAP' })
  const others = { shipped, fromFull, over, overThere, intoClosed, fromClosed }
  return { held, sold, moved, tooMuch, tooBig, ...others }
}

/** Fills an empty warehouse to the last exact integer. */
async function fill(inventory: Inventory, place: Place): Promise<void> {
  const most = { verb: 'addStock', ...place, qty: 1e12, source: 'S' } as const
  for (let left = 9007; left > 0; left -= 1000)
    await inventory.batch({ commands: Array.from({ length: Math.min(1000, left) }, () => most) })
  await inventory.execute({ ...most, qty: Number.MAX_SAFE_INTEGER - 9007e12 })
}

/** More holds of one owner, and of one group, than a command changes. */
async function crowd(inventory: Inventory, place: Place): Promise<void> {
  await inventory.addStock({ ...place, qty: 1001, source: 'S' })
  const hold = { ...place, qty: 1, ttlMs: TTL, owner: 'crowd', group: 'crowd' }
  const commands = Array.from({ length: 1000 }, () => ({ verb: 'reserve', ...hold }) as const)
  await inventory.batch({ commands })
  await inventory.reserve(hold)
}

/** SOCKs to hold, and holds of them; a hold of one more by bob. */
async function refreshed(inventory: Inventory): Promise<Fresh> {
  const reserve = { verb: 'reserve', ...SOCK, ttlMs: TTL } as const
  const sell = { verb: 'sell', ...SOCK, qty: 2 } as const
  const { answers } = await inventory.atomically({
    commands: [
      { ...reserve, qty: 4 },
      { ...reserve, qty: 1 },
      sell,
      { ...sell, ship: true },
      { verb: 'transfer', ...BACK, qty: 1, requiresApproval: true },
      { ...reserve, qty: 1, owner: 'bob' },
    ],
  })
  const [held, little, sold, shipped, asked] = answers
  return {
    held: held.id,
    little: little.id,
    sold: sold.id,
    shipped: shipped.id,
    asked: asked.id,
  }
}

/** What the definitions of commands declare is what happens. */
export function declared(makeShop: MakeShop): void {
  const options = { transferApproval, sourcing: { broken } }

  test('each verb is refused for each reason that it declares, which changes nothing', async (t) => {
    const fixture = await openFixture(t, makeShop, options)
    const { inventory } = fixture
    const ids = await stocked(fixture)
    const before = await inventory.head()
    for (const verb of SINGLE_VERBS) {
      const ways = Object.entries<(ids: Ids) => object>(REFUSED[verb])
      deepEqual(ways.map(([code]) => code).sort(), COMMANDS[verb].refusals.toSorted(), verb)
      for (const [code, command] of ways) {
        const refused = await refusal(() => inventory.execute({ verb, ...command(ids) } as Command))
        equal(refused.code, code, verb)
      }
    }
    deepEqual(await inventory.head(), before)
  })

  test('each verb writes each type of entry that it declares, and no other', async (t) => {
    const { inventory, socks } = await openFixture(t, makeShop, options)
    await socks(1000)
    await socks(1000, 'NYC')
    for (const verb of SINGLE_VERBS) {
      const { writes }: CommandDefinition = COMMANDS[verb]
      const ways = Object.entries<(fresh: Fresh) => object>(WRITTEN[verb])
      deepEqual(ways.map(([type]) => type).sort(), writes.toSorted(), verb)
      for (const [type, command] of ways) {
        const fresh = await refreshed(inventory)
        const { seq: after } = await inventory.head()
        await inventory.execute({ verb, ...command(fresh) } as Command)
        const types = (await collect(inventory.audit({ after }))).map((entry) => entry.type)
        ok((types as string[]).includes(type), `${verb} wrote ${types.join(', ')}`)
        for (const one of types) ok(writes.includes(one), `${verb} does not declare ${one}`)
      }
    }
  })
}
