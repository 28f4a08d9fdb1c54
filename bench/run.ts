import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { dirname, join } from 'node:path'
import { LINES } from './lines/all.ts'
import { measureApart, measureHere, RESULTS, type Measured } from './measured.ts'
import { readOptions } from './options.ts'
import { reached } from './row.ts'
import { table } from './table.ts'

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
      // The others are worth knowing all the same.
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
