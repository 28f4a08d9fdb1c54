import { openInventory, type Inventory, type Store } from 'holdfast'

const HOUR_MS = 3_600_000
const AT_ONCE = 200
const PAGE = 100
const OWNER = 'cart-1'

/** A frequent operation of an inventory: its statements must not slow down as the tables grow. */
export interface Deed {
  readonly what: string
  readonly run: () => Promise<unknown>
}

export interface Scene {
  /** On watched connections. */
  readonly store: Store
  readonly warehouseId: string
  readonly productId: (number: number) => string
  /** At least 1,000, all with plenty of stock. */
  readonly levels: number
}

/** In this order, each as for a process with an empty cache, because another one came between. */
export function hotDeeds({ store, warehouseId, productId, levels }: Scene): Deed[] {
  const spread = Math.floor(levels / AT_ONCE)
  const place = (index: number) => ({ warehouseId, productId: productId(index * spread) })
  const hot = { warehouseId, productId: productId(levels - 1) }
  const other = 'OTHER'
  const hold = { qty: 1, ttlMs: HOUR_MS, owner: OWNER }
  let ids: string[] = []
  let transferIds: string[] = []
  let midwayMs = 0

  const atOnce = <T>(call: (index: number) => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: AT_ONCE }, (_, index) => call(index)))
  const afresh = (use: (inventory: Inventory) => Promise<unknown>) => async () => {
    await using inventory = await openInventory({ store, sweepMs: 0 })
    await use(inventory)
  }
  const onPort =
    (use: (open: Awaited<ReturnType<Store['open']>>) => Promise<unknown>) => async () => {
      const open = await store.open({ readOnly: false })
      try {
        await use(open)
      } finally {
        await open.close()
      }
    }
  const first = async (entries: AsyncIterable<unknown>): Promise<void> => {
    for await (const entry of entries) return void entry
  }

  return [
    {
      what: `${AT_ONCE} reserves of other products at once, each with a key`,
      run: afresh(async (inventory) => {
        const made = await atOnce((index) =>
          inventory.reserve({ ...place(index), ...hold, idempotencyKey: `key ${index}` }),
        )
        ids = made.map(({ id }) => id)
      }),
    },
    {
      what: `${AT_ONCE} confirms at once`,
      run: afresh((inventory) =>
        atOnce((index) => inventory.confirm({ reservationId: ids[index]! })),
      ),
    },
    {
      what: `${AT_ONCE} reserves of one product at once, expired soon after`,
      run: afresh(async (inventory) => {
        await atOnce(() => inventory.reserve({ ...hot, ...hold, ttlMs: 1 }))
        midwayMs = Date.now()
        await atOnce(() => inventory.reserve({ ...hot, ...hold }))
      }),
    },
    {
      what: 'a reserve that runs short, and frees expired holds',
      run: afresh(async (inventory) => {
        const { available } = await inventory.stock(hot)
        await inventory.reserve({ ...hot, ...hold, qty: available - 5 })
      }),
    },
    {
      what: 'a stocktake that finds less than is reserved, and names the reservations',
      run: afresh((inventory) =>
        inventory.countStock({ ...hot, onHand: 0, reason: 'lost' }).catch(() => undefined),
      ),
    },
    {
      what: `${AT_ONCE} transfers requested at once`,
      run: afresh(async (inventory) => {
        const made = await atOnce((index) => {
          const { warehouseId: fromWarehouseId, productId: product } = place(index)
          const way = { fromWarehouseId, toWarehouseId: other, productId: product }
          return inventory.transfer({ ...way, qty: 1, requiresApproval: true })
        })
        transferIds = made.map(({ id }) => id)
      }),
    },
    {
      what: `${AT_ONCE} transfers approved at once`,
      run: afresh((inventory) =>
        atOnce((index) => inventory.approveTransfer({ transferId: transferIds[index]! })),
      ),
    },
    {
      what: 'the sweeper: expired holds, old keys',
      run: onPort(async ({ writer }) => {
        await writer!.dueHolds(Date.now(), 1000)
        await writer!.oldKeys(Date.now(), 1000)
      }),
    },
    {
      what: 'a consumer: its lead, its position, a page of the trail',
      run: onPort(async ({ writer, reader }) => {
        await writer!.lead('a')
        await writer!.movePosition({ name: 'a', from: null, to: 1, carried: [] })
        await writer!.movePosition({ name: 'a', from: 1, to: 2, carried: [] })
        await reader.positions()
        await reader.entries({ afterSeq: Math.floor(levels / 2), limit: PAGE })
      }),
    },
    { what: "a level's counts", run: afresh((inventory) => inventory.stock(hot)) },
    {
      what: 'a page of levels, from the middle, by prefix, of a warehouse',
      run: afresh(async (inventory) => {
        const { cursor } = await inventory.listStock({ limit: PAGE })
        await inventory.listStock({ limit: PAGE, cursor: cursor! })
        await inventory.listStock({ limit: PAGE, prefix: productId(levels - 50) })
        await inventory.listStock({ limit: PAGE, warehouseId })
        await inventory.listStock({ limit: PAGE, productId: productId(7) })
      }),
    },
    {
      what: 'a reservation, a page of pending ones',
      run: afresh(async (inventory) => {
        await inventory.getReservation({ reservationId: ids[0]! })
        await inventory.listReservations({ limit: PAGE })
        await inventory.listReservations({ limit: PAGE, status: 'PENDING' })
      }),
    },
    {
      what: 'a transfer, a page of the waiting ones',
      run: afresh(async (inventory) => {
        await inventory.getTransfer({ transferId: transferIds[0]! })
        await inventory.listTransfers({ limit: PAGE, status: 'PENDING_APPROVAL' })
      }),
    },
    {
      what: 'postings, and what is found by them',
      run: onPort(async ({ reader, postings }) => {
        while (!(await postings!.follow()));
        while ((await postings!.extend()) !== null);
        const posted = await postings!.watermark()
        if (posted.seq < levels) throw new Error(`only ${posted.seq} entries are posted`)
        const { seq } = await reader.head()
        const page = { limit: PAGE, now: Date.now() }
        await reader.reservations({ ...page, owner: OWNER })
        await reader.reservations({ ...page, productId: hot.productId })
        await reader.reservations({ ...page, status: 'CONFIRMED' })
        await reader.transfers({ ...page, productId: hot.productId })
        await reader.entries({ limit: PAGE, afterSeq: 0, reservationId: ids[0]! })
        await reader.entries({ limit: PAGE, afterSeq: 0, productId: hot.productId })
        await reader.history(hot, seq - 100, 1)
      }),
    },
    {
      what: "a level's history, now and in the past",
      run: afresh(async (inventory) => {
        await inventory.explain({ ...hot, limit: 20 })
        await inventory.stockAt({ ...hot, time: midwayMs })
      }),
    },
    {
      what: 'the trail from the middle',
      run: afresh(async (inventory) => {
        const after = Math.floor(levels / 2)
        await first(inventory.audit({ after, limit: PAGE }))
        await first(inventory.audit({ after, productId: hot.productId }))
        await first(inventory.audit({ reservationId: ids[0]! }))
      }),
    },
    {
      what: 'a step of verify: commits, levels, reservations, transfers, keys',
      run: onPort(async ({ reader }) => {
        const { commit, seq } = await reader.head()
        await reader.log(Math.floor(commit / 2))
        await reader.levelRows(Math.floor(levels / 2), 1000)
        await reader.reservationRows(seq - 1000, seq)
        await reader.transferRows(seq - 1000, 1000)
        await reader.keyRows(null)
      }),
    },
  ]
}
