import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { PostgresPlace } from './postgres-place.ts'
import { speed } from './compare.ts'
import type { Reserved, Reserving } from './reserving.ts'

const CHILD = fileURLToPath(new URL('./postgres-shop-child.ts', import.meta.url))

/** Several processes of one shop on one database, each with its share of the callers. */
export class PostgresShops {
  readonly #children: readonly ChildProcess[]

  private constructor(children: readonly ChildProcess[]) {
    this.#children = children
  }

  static async open({ url, schema }: PostgresPlace, processes: number): Promise<PostgresShops> {
    const children = Array.from({ length: processes }, () =>
      fork(CHILD, [url, schema], { serialization: 'advanced' }),
    )
    await Promise.all(children.map(message))
    return new PostgresShops(children)
  }

  async reserveMany({ callers, total, seed, ...rest }: Reserving): Promise<Reserved> {
    const processes = this.#children.length
    const share = { callers: Math.ceil(callers / processes), total: Math.ceil(total / processes) }
    const start = performance.now()
    const reserved = await Promise.all(
      this.#children.map(async (child, index) => {
        const answer = message(child)
        child.send({ ...rest, ...share, seed: seed + index })
        return (await answer) as Reserved
      }),
    )
    const perSecond = speed(share.total * processes, start)
    const sortedMs = Float64Array.from(reserved.flatMap((one) => [...one.sortedMs])).sort()
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

/** @throws where the process ends instead */
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
