import type { Command, Inventory, WarehouseOptions } from 'holdfast'

export const DEMO_WAREHOUSES: readonly WarehouseOptions[] = [
  { id: 'BERLIN', name: 'Berlin', capacity: 20_000, reorderThreshold: 10 },
  { id: 'LYON', name: 'Lyon', capacity: 12_000, reorderThreshold: 8 },
  {
    id: 'PORTO',
    name: 'Porto',
    capacity: 6000,
    reorderThreshold: 5,
    reorderThresholds: { 'TEAPOT-CAST-IRON': 12 },
  },
]

const PRODUCTS = [
  'APRON-LINEN APRON-STRIPED BASKET-BREAD BASKET-PICNIC BOARD-OLIVE BOTTLE-SWING-TOP BOWL-SALAD',
  'BOWL-SOUP BREAD-BIN BUTTER-DISH CAKE-STAND CANDLE-BEESWAX CANDLE-HOLDER CARAFE-1L COASTER-CORK',
  'COFFEE-DRIPPER COFFEE-MILL CUP-ESPRESSO CUP-TEA DISH-CLOTH EGG-CUP GARDEN-TWINE GLASS-TUMBLER',
  'GLASS-WINE JAR-1L JAR-250ML KETTLE-STEEL KNIFE-BREAD LAMP-TABLE LANTERN-GLASS LUNCH-BOX MUG-BLUE',
  'MUG-WHITE NAPKIN-RED PLATE-DINNER PLATE-SIDE SPICE-RACK TEAPOT-CAST-IRON TEAPOT-GLASS TRAY-OAK',
].flatMap((line) => line.split(' '))

const HOUR = 3_600_000

/** A small demonstration: stock in three warehouses, a few holds, a sale, a transfer that waits for approval. */
export async function fillDemo(inventory: Inventory): Promise<void> {
  const actor = 'demo'
  await inventory.batch({ actor, commands: PRODUCTS.flatMap(deliveries) })
  await inventory.removeStock({
    actor,
    warehouseId: 'BERLIN',
    productId: 'LANTERN-GLASS',
    qty: 3,
    reason: 'DAMAGED',
  })
  const hold = (warehouseId: string, productId: string, qty: number, owner: string) =>
    inventory.reserve({ actor, warehouseId, productId, qty, owner, ttlMs: 2 * HOUR })
  await hold('BERLIN', 'MUG-BLUE', 4, 'cart-1042')
  await hold('LYON', 'TEAPOT-CAST-IRON', 1, 'cart-1043')
  await hold('PORTO', 'PLATE-SIDE', 6, 'cart-1044')
  const order = await hold('BERLIN', 'COFFEE-MILL', 2, 'order-881')
  await inventory.confirm({ actor, reservationId: order.id })
  const shipped = await hold('LYON', 'CUP-TEA', 8, 'order-880')
  await inventory.confirm({ actor, reservationId: shipped.id })
  await inventory.ship({ actor, reservationId: shipped.id })
  await inventory.transfer({
    actor,
    fromWarehouseId: 'BERLIN',
    toWarehouseId: 'PORTO',
    productId: 'TEAPOT-CAST-IRON',
    qty: 24,
    requiresApproval: true,
  })
}

/** Always the same figures. Berlin has every product, the others a part of them. */
function deliveries(productId: string, index: number): Command[] {
  const stocked = DEMO_WAREHOUSES.filter((_, place) => place === 0 || (index + place) % 3 !== 0)
  return stocked.map(({ id }, place) => ({
    verb: 'addStock',
    warehouseId: id,
    productId,
    qty: 12 + ((index * 37 + place * 53) % 180),
    source: 'SUPPLIER',
  }))
}
