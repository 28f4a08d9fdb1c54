import type { Inventory } from 'holdfast'

/** One request that works for every operation: what bad ones are made from. */
export interface Sample {
  readonly path: Readonly<Record<string, string>>
  readonly body?: Readonly<Record<string, unknown>>
}

const SOCK = { warehouseId: 'SF', productId: 'SOCK' }
const TTL = 60_000

/** Fills an inventory with one of everything, and says how to ask for it. */
export async function samples(inventory: Inventory): Promise<Readonly<Record<string, Sample>>> {
  await inventory.addStock({ ...SOCK, qty: 1000, source: 'SUPPLIER' })
  await inventory.addStock({ ...SOCK, warehouseId: 'NYC', qty: 100, source: 'SUPPLIER' })
  await inventory.changeWarehouse({ id: 'EMPTY', name: 'Empty' })
  const hold = async (): Promise<string> =>
    (await inventory.reserve({ ...SOCK, qty: 2, ttlMs: 1000 * TTL })).id
  const sold = async (): Promise<string> => {
    const reservationId = await hold()
    await inventory.confirm({ reservationId })
    return reservationId
  }
  const shipped = async (): Promise<string> => {
    const reservationId = await sold()
    await inventory.ship({ reservationId })
    return reservationId
  }
  await inventory.addStock({ ...SOCK, qty: 20, source: 'SUPPLIER', into: 'unsellable' })
  const move = { fromWarehouseId: 'SF', toWarehouseId: 'NYC', productId: 'SOCK', qty: 1 }
  const waiting = async (): Promise<string> =>
    (await inventory.transfer({ ...move, requiresApproval: true })).id
  const add = { verb: 'addStock', ...SOCK, qty: 1, source: 'SUPPLIER' }
  const metadata = { order: '7' }
  const reference = { type: 'order', id: '4711' }
  return {
    addStock: { path: {}, body: { ...SOCK, qty: 5, source: 'SUPPLIER', metadata } },
    removeStock: { path: {}, body: { ...SOCK, qty: 1, reason: 'LOST' } },
    countStock: {
      path: {},
      body: { ...SOCK, onHand: 900, unsellable: 15, expected: 1000, onlyIfChanged: true },
    },
    setAside: { path: {}, body: { ...SOCK, qty: 1, reason: 'DAMAGED', group: 'count-7' } },
    putBack: { path: {}, body: { ...SOCK, qty: 1, reason: 'CHECKED', reference } },
    writeOff: { path: {}, body: { ...SOCK, qty: 1, reason: 'DAMAGED' } },
    reserve: { path: {}, body: { ...SOCK, qty: 1, ttlMs: TTL, owner: 'cart-1' } },
    sell: { path: {}, body: { ...SOCK, qty: 1, owner: 'till-2', ship: true } },
    fulfillAcrossWarehouses: {
      path: {},
      body: { productId: 'SOCK', qty: 2, ttlMs: TTL, warehouseOrder: ['SF', 'NYC'], owner: 'c' },
    },
    confirm: { path: { reservationId: await hold() }, body: { qty: 1, rest: 'hold' } },
    release: { path: { reservationId: await hold() }, body: {} },
    extend: { path: { reservationId: await hold() }, body: { ttlMs: TTL } },
    confirmAll: { path: {}, body: { of: { group: 'order-4711' }, reference } },
    extendAll: { path: {}, body: { of: { owner: 'cart-1' }, ttlMs: TTL } },
    releaseAll: { path: {}, body: { of: { owner: 'cart-1' }, metadata } },
    ship: { path: { reservationId: await sold() }, body: {} },
    cancel: { path: { reservationId: await sold() }, body: {} },
    moveReservation: { path: { reservationId: await hold() }, body: { toWarehouseId: 'NYC' } },
    changeOwner: { path: { reservationId: await hold() }, body: { owner: 'customer-7' } },
    returnGoods: {
      path: { reservationId: await shipped() },
      body: { qty: 1, into: 'available', reason: 'WRONG SIZE' },
    },
    transfer: { path: {}, body: { ...move, requiresApproval: false } },
    approveTransfer: { path: { transferId: await waiting() }, body: {} },
    rejectTransfer: { path: { transferId: await waiting() }, body: { reason: 'no van' } },
    batch: { path: {}, body: { atomic: false, commands: [add, add], metadata } },
    closeWarehouse: { path: { warehouseId: 'EMPTY' }, body: {} },
    patchWarehouse: { path: { warehouseId: 'SF' }, body: { capacity: null, sells: true } },
    changeWarehouse: { path: { warehouseId: 'SF' }, body: { name: 'San Francisco' } },
    createToken: { path: {}, body: { name: 'ann', role: 'reader' } },
    revokeToken: { path: { tokenId: '0000000000000000' } },
    createWebhook: {
      path: {},
      body: { url: 'https://example.com/hook', types: ['SOLD'], warehouseId: 'SF', after: 0 },
    },
    getWebhook: { path: { webhookId: '0000000000000000' } },
    deleteWebhook: { path: { webhookId: '0000000000000000' } },
    enableWebhook: { path: { webhookId: '0000000000000000' } },
    disableWebhook: { path: { webhookId: '0000000000000000' } },
    pingWebhook: { path: { webhookId: '0000000000000000' } },
    moveWebhook: { path: { webhookId: '0000000000000000' }, body: { after: 0 } },
    rotateWebhook: { path: { webhookId: '0000000000000000' } },
    stock: { path: SOCK },
    explain: { path: SOCK },
    getReservation: { path: { reservationId: await hold() } },
    getTransfer: { path: { transferId: await waiting() } },
    listStock: { path: {} },
    listReservations: { path: {} },
    listTransfers: { path: {} },
    listWarehouses: { path: {} },
    listTokens: { path: {} },
    listWebhooks: { path: {} },
    reorder: { path: SOCK },
    overview: { path: {} },
    audit: { path: {} },
    feed: { path: {} },
    head: { path: {} },
    verify: { path: {} },
  }
}

/** The path of an operation with its parameters put in. */
export function pathOf(template: string, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name]!))
}
