// What is tried against the real thing, and takes too long or fetches too much for every `npm test`.
//   npm run stress -- adapters     statements of real query builders, run on a real PostgreSQL
//   npm run stress -- sale         a sale with the shop's own orders, whose processes are killed
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { scriptArguments } from './script-arguments.mjs'

const root = resolve(import.meta.dirname, '..')

/** @type {Record<string, { what: string, run: () => Promise<number> }>} */
const STRESSES = {
  adapters: {
    what: 'statements of Drizzle, Kysely, Knex, TypeORM and Prisma, run on a real PostgreSQL',
    run: adapters,
  },
  sale: {
    what: '5,000 buyers of 1,000 units, each with an order: processes are killed, PostgreSQL crashes; five times',
    run: sales,
  },
}

const { positionals } = scriptArguments(import.meta.filename, {}, true)
const stress = positionals.length === 1 ? STRESSES[positionals[0] ?? ''] : undefined
if (stress === undefined) {
  console.log('npm run stress -- NAME')
  for (const [name, { what }] of Object.entries(STRESSES)) console.log(`  ${name}   ${what}`)
  process.exitCode = 2
} else {
  process.exitCode = await stress.run()
}

/** Its libraries are no dependencies of the workspace: everybody's `npm ci` would fetch 140 MB. */
async function adapters() {
  const folder = join(root, 'stress/adapters')
  if (missing(folder).length > 0) {
    console.log('installing the query builders …')
    const options = ['--ignore-scripts', '--no-package-lock', '--no-audit', '--no-fund']
    await run('npm', ['install', ...options], folder)
  }
  const lost = missing(folder)
  for (const name of lost) console.log(`not installed: ${name}`)
  // The real libraries' types must fit those that the adapters take.
  const types = join(root, 'node_modules/typescript/bin/tsc')
  const typed = lost.length > 0 ? 0 : await run(process.execPath, [types, '-p', folder], root)
  const args = ['--conditions=source', '--test', join(folder, 'adapters.test.ts')]
  const tested = await run(process.execPath, args, root)
  return typed || tested
}

/** The long setting of `sale.test.ts`, with other moments each time. */
async function sales() {
  const { Server } = await import('../packages/holdfast/test/postgres/server.ts')
  const { LONG_SALE, sale } = await import('../packages/holdfast/test/postgres/sale.ts')
  const server = await Server.start()
  if (server === null) throw new Error('there is no PostgreSQL for this machine')
  let failed = 0
  try {
    for (let round = 0; round < 5; round++) {
      const seed = (Date.now() + round) % 100_000
      const report = await sale(server, { ...LONG_SALE, schema: `sale_${seed}`, seed })
      const { sold, seen, ms, broken } = report
      console.log(`seed ${seed}: ${sold} sold in ${Math.round(ms)} ms, ${seen} entries seen`)
      for (const line of broken.slice(0, 20)) console.log(`  ${line}`)
      failed += broken.length
    }
  } finally {
    await server.stop()
  }
  console.log(failed === 0 ? 'ok' : `BROKEN: ${failed}`)
  return failed === 0 ? 0 : 1
}

/** The libraries that are not there in their version. @param {string} folder */
function missing(folder) {
  const { optionalDependencies = {} } = packageIn(folder)
  return Object.entries(optionalDependencies).flatMap(([name, version]) => {
    const installed = join(folder, 'node_modules', name)
    return existsSync(installed) && packageIn(installed).version === version
      ? []
      : [`${name} ${version}`]
  })
}

/** @param {string} folder */
function packageIn(folder) {
  const text = readFileSync(join(folder, 'package.json'), 'utf8')
  return /** @type {{ version?: string, optionalDependencies?: Record<string, string> }} */ (
    JSON.parse(text)
  )
}

/** @param {string} program @param {string[]} args @param {string} cwd @returns {Promise<number>} */
function run(program, args, cwd) {
  return new Promise((done) => {
    const child = spawn(program, args, { cwd, stdio: 'inherit' })
    child.once('error', (error) => {
      console.error(error.message)
      done(1)
    })
    child.once('exit', (status) => done(status ?? 1))
  })
}
