import { InventoryError, type Inventory } from 'holdfast'

type Tell = (text: string) => Promise<void>

const SF = { warehouseId: 'SF', productId: 'LAPTOP' } as const
const NYC = { warehouseId: 'NYC', productId: 'LAPTOP' } as const

/** The trace of the specification, step by step, with the counts after each. */
export async function playTrace(
  inventory: Inventory,
  tell: Tell,
): Promise<{ readonly accountedFor: number }> {
  const step = async (call: string, place: typeof SF | typeof NYC = SF): Promise<void> => {
    const { available, held, allocated } = await inventory.stock(place)
    const counts = `${place.warehouseId}: ${available} available, ${held} held, ${allocated} sold`
    await tell(`   ${call.padEnd(44)}${counts}`)
  }
  await inventory.addStock({ ...SF, qty: 10, source: 'SUPPLIER' })
  await step('addStock 10 LAPTOP in SF')

  const first = await inventory.reserve({ ...SF, qty: 3, ttlMs: 60_000 })
  await step('reserve 3 for a minute')
  await inventory.confirm({ reservationId: first.id })
  await step('confirm them: sold, still in the building')

  await tell(`   release them: ${await refusalOf(inventory.release({ reservationId: first.id }))}`)

  const second = await inventory.reserve({ ...SF, qty: 2, ttlMs: 30_000 })
  await step('reserve 2 for half a minute')
  await inventory.release({ reservationId: second.id })
  await step('release them: the customer went away')

  await inventory.transfer({
    fromWarehouseId: 'SF',
    toWarehouseId: 'NYC',
    productId: 'LAPTOP',
    qty: 4,
  })
  await step('transfer 4 to NYC')
  await step('', NYC)

  const [sf, nyc] = await Promise.all([inventory.stock(SF), inventory.stock(NYC)])
  const accountedFor = sf.onHand + nyc.onHand
  await tell(
    `   SF ${sf.available} + ${sf.reserved} reserved, NYC ${nyc.available}: ${accountedFor} of 10 accounted for`,
  )
  return { accountedFor }
}

async function refusalOf(command: Promise<unknown>): Promise<string> {
  try {
    await command
    return 'done'
  } catch (error) {
    if (!(error instanceof InventoryError)) throw error
    return `refused, ${error.code}`
  }
}
