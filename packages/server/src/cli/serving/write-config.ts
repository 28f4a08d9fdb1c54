import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { WarehouseOptions } from 'holdfast'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { print, say } from '../output/streams.ts'
import { SETTINGS, type Settings } from './settings.ts'

const EXAMPLE: readonly WarehouseOptions[] = [
  { id: 'SF', name: 'San Francisco', capacity: 10_000, reorderThreshold: 5 },
  { id: 'NYC', name: 'New York' },
]

/** Writes a config file with all settings and their defaults. */
export async function writeConfig(
  path: string,
  db: string | undefined,
  warehouses: readonly WarehouseOptions[],
): Promise<ExitCode> {
  try {
    await writeFile(path, configText(db, warehouses), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    throw new Failure(`${resolve(path)} exists already`, 'Edit it, or name another file.')
  }
  await print(resolve(path))
  say(`Look it over, then: holdfast serve --config ${path}`)
  return EXIT.done
}

function configText(db: string | undefined, warehouses: readonly WarehouseOptions[]): string {
  const named = warehouses.length === 0 ? EXAMPLE : warehouses
  const lines = Object.entries(SETTINGS)
    .filter(([name]) => !['db', 'warehouses', 'demo'].includes(name))
    .map(([name, { help, otherwise }]) => {
      const comment = `  // ${help}\n`
      return `${comment}  // ${JSON.stringify(name)}: ${JSON.stringify(shownDefault(name, otherwise))},\n`
    })
  return `// What \`holdfast serve --config\` reads: JSON with comments. A flag or a variable
// (HOLDFAST_PORT, …) takes precedence over this file.
{
  // ${SETTINGS.db.help}
  "db": ${JSON.stringify(db ?? SETTINGS.db.otherwise)},

  // Stored at the first start. Later you can add and change warehouses, but not leave out one with
  // stock. "capacity" in units (omitted: no limit), "reorderThreshold": available units at which a
  // product is low, for single products "reorderThresholds": {"LAPTOP": 10}; "sells": false offers
  // none of its units.
  "warehouses": [
${named.map((warehouse) => `    ${JSON.stringify(warehouse)}`).join(',\n')}
  ],

${lines.join('\n')}}
`
}

function shownDefault(name: string, otherwise: unknown): unknown {
  return name === ('approvalAbove' satisfies keyof Settings) ? 100 : otherwise
}
