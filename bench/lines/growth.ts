import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sqlite } from 'holdfast/sqlite'
import { BareSqlite } from '../against/bare-sqlite.ts'
import { growthRows, named, QTY, sizesOf, type Grown } from '../measure/growth.ts'
import type { Bench, Line } from '../measure/line.ts'
import { fill, openShop } from '../measure/shop.ts'
import { rowOf, type Row } from '../measure/table.ts'

/** The cost of an operation, of opening and in memory when the file has grown. */
export const growth: Line = {
  name: 'growth',
  async measure(bench) {
    const files = sizesOf(bench).map((levels) => new GrownFile(bench.folder, levels))
    return growthRows(bench, 'SQLite', 200_000, files, { rows: (file) => [memoryRow(bench, file)] })
  },
}

/** The engine's file, filled through its public functions, and the bare one. */
class GrownFile implements Grown {
  readonly levels: number
  readonly path: string
  readonly #bare: BareSqlite

  constructor(folder: string, levels: number) {
    this.levels = levels
    this.path = join(folder, `ours-${levels}.db`)
    this.#bare = new BareSqlite(join(folder, `bare-${levels}.db`), levels, QTY)
  }

  async fill(): Promise<void> {
    const shop = await this.open()
    await fill(shop, this.levels, QTY)
    await shop.close()
  }

  readonly open = () => openShop(sqlite({ path: this.path }))
  readonly reserveBare = (picks: Int32Array) => this.#bare.reserveAll(picks, 1000)
  readonly closeBare = () => this.#bare.close()
}

function memoryRow(bench: Bench, file: GrownFile): Row {
  const program = fileURLToPath(new URL('../measure/peak-memory.ts', import.meta.url))
  const given = [file.path, String(file.levels), String(bench.operations(500_000))]
  const options = ['--conditions=source', program, ...given]
  const peak = Number(execFileSync(process.execPath, options, { encoding: 'utf8' }))
  return rowOf({
    title: `SQLite, peak memory over ${named(file)}`,
    unit: 'MiB',
    ours: [peak],
    notes: ['of a process that serves it, 500,000 random products'],
  })
}
