import { execFileSync, fork, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { message } from '../measure/shop-processes.ts'

const FOLDER = join(import.meta.dirname, 'medusa')

/** Medusa's inventory module in a separate process; it is installed first if necessary. */
export class MedusaShop {
  readonly #child: ChildProcess

  private constructor(child: ChildProcess) {
    this.#child = child
  }

  /** Resolves with null, after a message, if it cannot be installed or does not run. */
  static async open(url: string, products: number): Promise<MedusaShop | null> {
    try {
      install()
      const child = fork(join(FOLDER, 'reserve.mjs'), [url, String(products)], {
        cwd: FOLDER,
        execArgv: [],
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      })
      await message(child)
      return new MedusaShop(child)
    } catch (error) {
      process.stderr.write(`skipped: Medusa does not run here: ${(error as Error).message} … `)
      return null
    }
  }

  /** Resolves with the reserves per second. */
  async reserveAll(callers: number, picks: ArrayLike<number>): Promise<number> {
    const answer = message(this.#child)
    this.#child.send({ callers, picks: Array.from(picks) })
    return (await answer) as number
  }

  close(): void {
    this.#child.disconnect()
  }
}

/** Not a dependency of the workspace: every `npm ci` would fetch its 600 packages. */
function install(): void {
  if (existsSync(join(FOLDER, 'node_modules/@medusajs/inventory'))) return
  process.stderr.write('installing Medusa … ')
  const args = ['install', '--ignore-scripts', '--no-package-lock', '--no-audit', '--no-fund']
  execFileSync('npm', args, { cwd: FOLDER, stdio: 'ignore' })
}
