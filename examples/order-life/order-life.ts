import type { Inventory } from 'holdfast'

/** What happens to the orders of one day. Each step is named as a person would tell it. */
export interface Step {
  readonly title: string
  readonly run: () => Promise<void>
}

const MINUTE = 60_000
const CART = 15 * MINUTE

/** `pass` lets time go by. */
export function orderLife(inventory: Inventory, pass: (ms: number) => void): readonly Step[] {
  // What later steps need of earlier ones.
  let cart: string[] = []
  let guest = ''
  let slow = ''
  let late = ''
  let paid = ''
  let shelfSeq = 0

  const from = (warehouseId: string, productId: string) => ({ warehouseId, productId })
  const order = { type: 'order', id: '4711' }

  return [
    {
      title: 'A cart of five lines over three warehouses, all of it or nothing',
      run: async () => {
        const line = (warehouseId: string, productId: string, qty: number) =>
          ({ verb: 'reserve', ...from(warehouseId, productId), qty, ttlMs: CART }) as const
        const { answers } = await inventory.atomically({
          commands: [
            { ...line('BERLIN', 'MUG', 3), owner: 'guest-9' },
            { ...line('BERLIN', 'LID', 3), owner: 'guest-9' },
            { ...line('PARIS', 'POT', 1), owner: 'guest-9' },
            { ...line('PARIS', 'TEA', 2), owner: 'guest-9' },
            { ...line('OSLO', 'SPOON', 4), owner: 'guest-9' },
          ],
          group: 'cart-9',
        })
        cart = answers.map(({ id }) => id)
      },
    },
    {
      title: 'A changed quantity: four mugs instead of three',
      run: async () => {
        const four = { ...from('BERLIN', 'MUG'), qty: 4, ttlMs: CART, owner: 'guest-9' }
        const { id } = await inventory.reserve({ ...four, replaces: cart[0]! })
        cart[0] = id
      },
    },
    {
      title: 'A merged cart: the guest logs in, and brings a second pot along',
      run: async () => {
        const pot = { ...from('PARIS', 'POT'), ttlMs: CART }
        guest = (await inventory.reserve({ ...pot, qty: 1, owner: 'ann' })).id
        await inventory.atomically({
          commands: cart.map(
            (reservationId) => ({ verb: 'changeOwner', reservationId, owner: 'ann' }) as const,
          ),
          group: 'cart-9',
        })
        const both = await inventory.atomically({
          commands: [
            { verb: 'release', reservationId: guest },
            { verb: 'reserve', ...pot, qty: 2, owner: 'ann', replaces: cart[2]! },
          ],
          group: 'cart-9',
        })
        cart[2] = both.answers[1].id
      },
    },
    {
      title: 'A slow payment: the holds are extended before it, and sold after it',
      run: async () => {
        await inventory.atomically({
          commands: cart.map(
            (reservationId) => ({ verb: 'extend', reservationId, ttlMs: CART }) as const,
          ),
        })
        pass(14 * MINUTE)
        await inventory.atomically({
          commands: cart.map((reservationId) => ({ verb: 'confirm', reservationId }) as const),
          reference: order,
          idempotencyKey: 'order-4711/paid',
        })
        slow = cart[0]!
      },
    },
    {
      title: 'One that ended too late: paid after the hold was over, and there are units',
      run: async () => {
        const teas = { ...from('PARIS', 'TEA'), qty: 2, ttlMs: CART, owner: 'bob' }
        late = (await inventory.reserve(teas)).id
        pass(CART + 1)
        const sold = await inventory.confirm({ reservationId: late, reacquire: true })
        paid = sold.id
      },
    },
    {
      title: 'Two parcels: three of four mugs leave today, the fourth tomorrow',
      run: async () => {
        await inventory.ship({ reservationId: slow, qty: 3 })
        pass(24 * 60 * MINUTE)
        await inventory.ship({ reservationId: slow })
      },
    },
    {
      title: 'One of three units cancelled: two lids are enough',
      run: async () => {
        await inventory.cancel({ reservationId: cart[1]!, qty: 1, reference: order })
        await inventory.ship({ reservationId: cart[1]! })
      },
    },
    {
      title: 'A damaged return: one mug comes back broken, and is written off',
      run: async () => {
        await inventory.returnGoods({ reservationId: slow, qty: 1, reason: 'BROKEN' })
        await inventory.writeOff({ ...from('BERLIN', 'MUG'), qty: 1, reason: 'BROKEN' })
      },
    },
    {
      title: 'A count typed in late: counted at nine, one sold at ten, typed in at eleven',
      run: async () => {
        shelfSeq = (await inventory.head()).seq
        await inventory.sell({ ...from('BERLIN', 'LID'), qty: 1, ship: true, owner: 'till-1' })
        await inventory.countStock({
          ...from('BERLIN', 'LID'),
          onHand: 7,
          asOf: { seq: shelfSeq },
          reason: 'STOCKTAKE',
        })
      },
    },
    {
      title: 'A warehouse that closes: it sells no more, its goods move, and it is gone',
      run: async () => {
        await inventory.changeWarehouse({ id: 'OSLO', name: 'Oslo', sells: false })
        await inventory.transfer({
          fromWarehouseId: 'OSLO',
          toWarehouseId: 'BERLIN',
          productId: 'SPOON',
          qty: 10,
          reservations: [cart[4]!],
        })
        await inventory.closeWarehouse({ warehouseId: 'OSLO' })
        // What was paid late leaves from Berlin: Paris is out of boxes.
        await inventory.moveReservation({ reservationId: paid, toWarehouseId: 'BERLIN' })
      },
    },
  ]
}

/** What is there before the day begins. */
export async function fillShelves(inventory: Inventory): Promise<void> {
  const add = (warehouseId: string, productId: string, qty: number) =>
    ({ verb: 'addStock', warehouseId, productId, qty, source: 'SUPPLIER' }) as const
  await inventory.batch({
    commands: [
      add('BERLIN', 'MUG', 10),
      add('BERLIN', 'LID', 10),
      add('BERLIN', 'TEA', 5),
      add('PARIS', 'POT', 5),
      add('PARIS', 'TEA', 8),
      add('OSLO', 'SPOON', 10),
    ],
  })
}

export const WAREHOUSES = [
  { id: 'BERLIN', name: 'Berlin' },
  { id: 'PARIS', name: 'Paris' },
  { id: 'OSLO', name: 'Oslo' },
]
