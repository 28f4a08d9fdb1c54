import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { openInventory } from 'holdfast'
import { postgres } from 'holdfast/postgres'

const CHILD = join(import.meta.dirname, 'buyers-child.ts')

export interface Rush {
  readonly url: string
  readonly schema: string
  readonly processes: number
  readonly units: number
  readonly buyers: number
}

export interface RushReport {
  readonly sold: readonly number[]
  readonly refused: number
  readonly ms: number
  readonly broken: readonly string[]
}

/** More buyers than units of one product, in several processes, all at once. */
export async function rush({ url, schema, processes, units, buyers }: Rush): Promise<RushReport> {
  await using inventory = await openInventory({
    store: postgres({ connectionString: url, schema }),
    warehouses: [{ id: 'SF', name: 'San Francisco' }],
  })
  const place = { warehouseId: 'SF', productId: 'CONSOLE' }
  await inventory.addStock({ ...place, qty: units, source: 'SUPPLIER' })
  const share = Math.ceil(buyers / processes)
  const children = await Promise.all(
    Array.from({ length: processes }, (_, index) =>
      startChild({ url, schema, buyers: share, name: `${index}` }),
    ),
  )
  const began = performance.now()
  const outcomes = await Promise.all(children.map((go) => go()))
  const ms = performance.now() - began
  const sold = outcomes.map((outcome) => outcome.sold)
  const sum = sold.reduce((all, one) => all + one, 0)
  const broken: string[] = []
  if (sum !== Math.min(units, share * processes))
    broken.push(`${sum} were sold, there were ${units}`)
  const { available, held, allocated } = await inventory.stock(place)
  if (available !== units - sum || held !== 0 || allocated !== sum)
    broken.push(`${available}/${held}/${allocated} are left`)
  const verdict = await inventory.verify()
  if (!verdict.ok) broken.push(JSON.stringify(verdict.fault))
  return { sold, refused: outcomes.reduce((all, { refused }) => all + refused, 0), ms, broken }
}

/** Resolves, once it is ready, with the function that starts it. */
async function startChild(orders: {
  readonly url: string
  readonly schema: string
  readonly buyers: number
  readonly name: string
}): Promise<() => Promise<{ sold: number; refused: number }>> {
  const args = ['--conditions=source', CHILD, JSON.stringify(orders)]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  let told = ''
  child.stdout.on('data', (chunk: Buffer) => (told += chunk.toString()))
  const gone = new Promise((resolve) => child.once('exit', resolve))
  await Promise.race([gone, new Promise((resolve) => child.stdout.once('data', resolve))])
  return async () => {
    child.stdin.write('go\n')
    await gone
    return JSON.parse(told.replace('open\n', '')) as { sold: number; refused: number }
  }
}
