import { fork, type ChildProcess } from 'node:child_process'
import { postgres } from 'holdfast/postgres'
import { timed, type Calls } from './callers.ts'
import type { Database } from './postgres.ts'
import { openShop } from './shop.ts'
import { runWorkload, type Workload } from './workload.ts'

/** Several processes of one shop on one database, each with its share of the callers. */
export class ShopProcesses {
  readonly #children: readonly ChildProcess[]

  private constructor(children: readonly ChildProcess[]) {
    this.#children = children
  }

  static async open({ url, schema }: Database, processes: number): Promise<ShopProcesses> {
    const children = Array.from({ length: processes }, () =>
      fork(import.meta.filename, [url, schema], { serialization: 'advanced' }),
    )
    await Promise.all(children.map(message))
    return new ShopProcesses(children)
  }

  async run({ callers, total, seed, ...rest }: Workload): Promise<Calls> {
    const processes = this.#children.length
    const share = { callers: Math.ceil(callers / processes), total: Math.ceil(total / processes) }
    let calls: Calls[] = []
    const perSecond = await timed(share.total * processes, async () => {
      calls = await Promise.all(
        this.#children.map(async (child, index) => {
          const answer = message(child)
          child.send({ ...rest, ...share, seed: seed + index })
          return (await answer) as Calls
        }),
      )
    })
    const sortedMs = Float64Array.from(calls.flatMap((one) => [...one.sortedMs])).sort()
    return { perSecond, sortedMs }
  }

  async close(): Promise<void> {
    await Promise.all(
      this.#children.map(async (child) => {
        const gone = new Promise((resolve) => child.once('exit', resolve))
        child.disconnect()
        await gone
      }),
    )
  }
}

/** @throws if the process ends instead */
export async function message(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error('a process of the shop ended'))
    child.once('exit', ended)
    child.once('message', (answer) => {
      child.removeListener('exit', ended)
      resolve(answer)
    })
  })
}

// In the child process: runs what its parent sends.
if (import.meta.main) {
  const [connectionString, schema] = process.argv.slice(2)
  const shop = await openShop(postgres({ connectionString: connectionString!, schema }))
  process.on('message', (workload: Workload) => {
    void runWorkload(shop, workload).then((calls) => process.send!(calls))
  })
  process.once('disconnect', () => void shop.close())
  process.send!('open')
}
