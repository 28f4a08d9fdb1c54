import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { LINES } from './lines/all.ts'
import { measureApart, measureHere, RESULTS, type Settings } from './measure/line.ts'
import { reached, table, type Measured } from './measure/table.ts'

interface Options extends Settings {
  /** Names of the lines to measure. */
  readonly names: readonly string[]
  readonly json: string | null
  /** Set in the process that measures a line. */
  readonly inside: boolean
}

const USAGE = `npm run bench -- [--only NAME]… [--rounds N] [--quick] [--big] [--json FILE]

  --only    measures only this line, or all that start with it (http): ${LINES.map(({ name }) => name).join(', ')}
  --rounds  how many rounds each side runs; 7, quick 3
  --quick   a tenth of the operations: shows that everything runs, not how fast
  --big     also grows a file to 10 million levels
  --json    where the figures are written; bench/results/<time>.json
`

const options = readOptions()
if (options.inside) {
  const line = LINES.find(({ name }) => name === options.names[0])!
  process.send?.(await measureHere(line, options))
  process.disconnect?.()
} else {
  const measured: Measured[] = []
  for (const name of options.names) {
    process.stderr.write(`${name} … `)
    try {
      const one = await measureApart(name, options)
      process.stderr.write(`${one.seconds.toFixed(0)} s\n`)
      measured.push(one)
    } catch (error) {
      // The other lines are still worth measuring.
      console.error((error as Error).message)
      process.exitCode = 1
    }
  }
  const machine = `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`
  console.log(`${machine}; ${options.rounds} rounds in turn, medians, (least–most)\n`)
  console.log(table(measured))
  const file =
    options.json ?? join(RESULTS, `${new Date().toISOString().replaceAll(':', '-')}.json`)
  mkdirSync(dirname(file), { recursive: true })
  const lines = measured.map(({ rows, ...rest }) => ({
    ...rest,
    rows: rows.map((row) => ({ ...row, reached: reached(row) })),
  }))
  const { quick, big, rounds } = options
  const all = { at: new Date().toISOString(), machine, quick, big, rounds, lines }
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`)
  console.log(`\n${file}`)
}

/** Exits if the arguments are invalid. */
function readOptions(): Options {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string', multiple: true },
        rounds: { type: 'string' },
        quick: { type: 'boolean', default: false },
        big: { type: 'boolean', default: false },
        json: { type: 'string' },
        inside: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    if (values.help) return leave(0)
    const known = LINES.map(({ name }) => name)
    const begunBy = (name: string): string[] =>
      known.includes(name) ? [name] : known.filter((one) => one.startsWith(`${name}-`))
    const stranger = values.only?.find((name) => begunBy(name).length === 0)
    if (stranger !== undefined) throw new TypeError(`there is no line ${stranger}`)
    const rounds = values.rounds === undefined ? (values.quick ? 3 : 7) : Number(values.rounds)
    if (!Number.isInteger(rounds) || rounds < 1) throw new TypeError('--rounds takes 1 or more')
    const { quick, big, inside } = values
    return {
      names: values.only?.flatMap(begunBy) ?? known,
      rounds,
      quick,
      big,
      inside,
      json: values.json ?? null,
    }
  } catch (error) {
    console.error((error as Error).message)
    return leave(2)
  }
}

function leave(code: number): never {
  console.error(USAGE)
  process.exit(code)
}
