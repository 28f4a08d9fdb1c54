import { memory, openInventory, type Inventory, type WarehouseOptions } from 'holdfast'

const WAREHOUSES: readonly WarehouseOptions[] = [
  { id: 'BERLIN', name: 'Berlin', capacity: 20_000, reorderThreshold: 12 },
  { id: 'LYON', name: 'Lyon', capacity: 12_000, reorderThreshold: 8 },
  { id: 'PORTO', name: 'Porto', capacity: 6000, reorderThreshold: 6 },
]
const PRODUCTS = [
  'APRON-LINEN BOARD-OLIVE BOTTLE-SWING-TOP BOWL-SALAD BOWL-SOUP BREAD-BIN BUTTER-DISH CAKE-STAND',
  'CANDLE-BEESWAX CARAFE-1L COASTER-CORK COFFEE-DRIPPER COFFEE-MILL CUP-ESPRESSO CUP-TEA EGG-CUP',
  'GLASS-TUMBLER GLASS-WINE JAR-1L JAR-250ML KETTLE-STEEL KNIFE-BREAD LAMP-TABLE LANTERN-GLASS',
  'LUNCH-BOX MUG-BLUE MUG-WHITE NAPKIN-RED PLATE-DINNER PLATE-SIDE SPICE-RACK TEAPOT-CAST-IRON',
].flatMap((line) => line.split(' '))
const DAYS = 18
const DAY_MS = 86_400_000
const MINUTE_MS = 60_000

/** A shop after some weeks: the same every time, except for the date. */
export async function shopWithAPast(): Promise<Inventory> {
  const began = Date.now() - DAYS * DAY_MS
  let past: number | null = began
  const clock = (): number => past ?? Date.now()
  const inventory = await openInventory({
    store: memory(),
    warehouses: WAREHOUSES,
    clock,
    sweepMs: 0,
  })
  const dice = newDice()
  for (let day = 0; day < DAYS; day++) {
    for (let hour = 8; hour < 20; hour++) {
      past = began + day * DAY_MS + hour * 3_600_000 + dice(50) * MINUTE_MS
      await hourOf(inventory, dice, day, hour)
    }
  }
  past = null
  await today(inventory)
  return inventory
}

async function hourOf(
  inventory: Inventory,
  dice: (sides: number) => number,
  day: number,
  hour: number,
): Promise<void> {
  const place = () => ({
    productId: PRODUCTS[dice(PRODUCTS.length)]!,
    warehouseId: WAREHOUSES[dice(WAREHOUSES.length)]!.id,
  })
  if (hour === 8 && day % 6 === 0) {
    const commands = PRODUCTS.flatMap((productId) =>
      WAREHOUSES.map(({ id }, index) => ({
        verb: 'addStock' as const,
        warehouseId: id,
        productId,
        qty: 30 + dice(60) - index * 8,
        source: 'SUPPLIER',
      })),
    )
    await inventory.batch({ actor: 'ann', commands })
  }
  for (let cart = 0; cart < 8; cart++) {
    const at = place()
    const { available } = await inventory.stock(at)
    const qty = Math.min(available, 1 + dice(4))
    if (qty === 0) continue
    const owner = `cart-${1000 + day * 100 + hour * 8 + cart}`
    const { id: reservationId } = await inventory.reserve({
      ...at,
      qty,
      owner,
      ttlMs: 30 * MINUTE_MS,
      actor: 'webshop',
    })
    const fate = dice(10)
    if (fate === 0) await inventory.release({ reservationId, actor: 'webshop' })
    else await inventory.confirm({ reservationId, actor: 'webshop' })
    if (fate > 1) await inventory.ship({ reservationId, actor: 'packing' })
  }
}

async function today(inventory: Inventory): Promise<void> {
  const hold = (
    productId: string,
    warehouseId: string,
    qty: number,
    owner: string,
    minutes: number,
  ) =>
    inventory.reserve({
      productId,
      warehouseId,
      qty,
      owner,
      ttlMs: minutes * MINUTE_MS,
      actor: 'webshop',
    })
  await hold('MUG-BLUE', 'BERLIN', 2, 'cart-81', 4)
  await hold('MUG-BLUE', 'LYON', 1, 'cart-82', 12)
  await hold('TEAPOT-CAST-IRON', 'BERLIN', 1, 'cart-83', 9)
  await hold('COFFEE-MILL', 'PORTO', 3, 'order-4711', 90)
  await inParts(inventory)
  const spare = async (productId: string, warehouseId: string, leave: number): Promise<void> => {
    const { available } = await inventory.stock({ productId, warehouseId })
    if (available > leave)
      await inventory.removeStock({
        productId,
        warehouseId,
        qty: available - leave,
        reason: 'SOLD AT THE FAIR',
        actor: 'ann',
      })
  }
  await spare('KETTLE-STEEL', 'PORTO', 2)
  await spare('LAMP-TABLE', 'BERLIN', 9)
  await spare('JAR-1L', 'LYON', 0)
  const move = {
    fromWarehouseId: 'BERLIN',
    toWarehouseId: 'PORTO',
    requiresApproval: true,
    actor: 'bob',
  }
  await inventory.transfer({ ...move, productId: 'TEAPOT-CAST-IRON', qty: 12 })
  await inventory
    .transfer({ ...move, productId: 'LAMP-TABLE', qty: 40, toWarehouseId: 'LYON' })
    .catch(() => undefined)
  const { id: transferId } = await inventory.transfer({ ...move, productId: 'BOWL-SOUP', qty: 10 })
  await inventory.approveTransfer({ transferId, actor: 'ann' })
}

/** An order shipped in two parcels, one served from another warehouse, and unsellable units. */
async function inParts(inventory: Inventory): Promise<void> {
  const ttlMs = 30 * MINUTE_MS
  const berlin = { productId: 'MUG-BLUE', warehouseId: 'BERLIN', actor: 'ann' }
  await inventory.setAside({ ...berlin, qty: 3, reason: 'QUARANTINE' })
  const damaged = { productId: 'TEAPOT-CAST-IRON', warehouseId: 'LYON', source: 'SUPPLIER' }
  await inventory.addStock({ ...damaged, qty: 2, into: 'unsellable', actor: 'ann' })
  const order = { owner: 'order-4712', reference: { type: 'order', id: '4712' }, actor: 'webshop' }
  const first = await inventory.reserve({ ...berlin, ...order, qty: 6, ttlMs })
  await inventory.confirm({ reservationId: first.id, actor: 'webshop' })
  await inventory.ship({ reservationId: first.id, qty: 4, actor: 'packing' })
  await inventory.returnGoods({
    reservationId: first.id,
    qty: 1,
    reason: 'WRONG COLOUR',
    actor: 'ann',
  })
  const second = await inventory.reserve({ ...berlin, qty: 2, ttlMs, owner: 'order-4713' })
  await inventory.confirm({ reservationId: second.id, actor: 'webshop' })
  const there = { reservationId: second.id, toWarehouseId: 'PORTO', actor: 'bob' }
  await inventory.moveReservation(there)
}

/** The same sequence every time. */
function newDice(): (sides: number) => number {
  let state = 20_261_124
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * sides)
  }
}
