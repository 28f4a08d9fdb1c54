// Runs one of the longer programs by its name.
//   npm run stress                     the names; so does `npm run docs`
//   npm run stress -- NAME --help      what one of them does and takes
import { resolve } from 'node:path'

/** @typedef {Record<string, { file: string, what: string }>} Programs */

/** What is tried against the real thing, and takes too long or fetches too much for every `npm test`. @type {Programs} */
const STRESSES = {
  adapters: {
    file: 'scripts/adapters.mjs',
    what: 'statements of Drizzle, Kysely, Knex, TypeORM and Prisma, run on a real PostgreSQL',
  },
  runtimes: {
    file: 'scripts/runtimes.mjs',
    what: 'the contract on the packed library, on Node.js 22 to 26, Bun and Deno (fetches 1 GB)',
  },
  sale: {
    file: 'scripts/sale.mjs',
    what: '5,000 buyers of 1,000 units, each with an order: processes are killed, PostgreSQL crashes',
  },
  model: {
    file: 'packages/holdfast/test/scripts/model.ts',
    what: 'random commands against the reference model',
  },
  rot: {
    file: 'packages/holdfast/test/scripts/rot.ts',
    what: 'changes every byte of a file, or random bits of a large one',
  },
  planted: {
    file: 'scripts/planted.mjs',
    what: 'plants bugs, one after another, and sees that a named test turns red',
  },
  kill: {
    file: 'scripts/kill.mjs',
    what: 'kills a process under load, again and again',
  },
  'kill-service': {
    file: 'packages/server/test/http/kill/run.ts',
    what: 'the same to the service, by 32 clients over HTTP',
  },
  siege: {
    file: 'packages/server/test/http/overload/run.ts',
    what: 'attacks on the service while others work, and its memory',
  },
  'power-cut': {
    file: 'scripts/power-cut.mjs',
    what: 'replays recorded disk writes to every prefix (needs strace)',
  },
  'disk-faults': {
    file: 'scripts/disk-faults.mjs',
    what: 'lets calls to the disk fail while the shop works (needs strace)',
  },
  rush: {
    file: 'scripts/postgres-rush.mjs',
    what: 'three processes on PostgreSQL: 20,000 buyers, then 200,000 mixed commands',
  },
  faults: {
    file: 'scripts/postgres-faults.mjs',
    what: 'PostgreSQL: crashes, lost connections, dead wires, killed processes',
  },
  failover: {
    file: 'scripts/postgres-failover.mjs',
    what: 'a primary dies, its synchronous standby takes over',
  },
  replay: {
    file: 'scripts/postgres-replay.mjs',
    what: 'real orders on SQLite and PostgreSQL, stock and trail equal',
  },
  deploy: {
    file: 'scripts/deploy.mjs',
    what: 'the image, the unit, nginx, Prometheus and Grafana of deploy/, on the real programs',
  },
  'console-load': {
    file: 'packages/console/test/scripts/load.ts',
    what: '100,000 products, 2,000 changes a second, frames and memory',
  },
}

/** What writes the docs, where people do not. @type {Programs} */
const DOCS = {
  tables: {
    file: 'scripts/doc-tables.ts',
    what: 'the tables that follow from the definitions of commands and lists',
  },
  plans: {
    file: 'scripts/postgres-plans.mjs',
    what: 'docs/postgres-plans.md, at a million levels',
  },
  screenshots: {
    file: 'packages/console/test/scripts/screenshots.ts',
    what: 'the pictures of the console in docs/screenshots',
  },
}

const [group = '', name = '', ...rest] = process.argv.slice(2)
const programs = group === 'docs' ? DOCS : STRESSES
const program = Object.hasOwn(programs, name) ? programs[name] : undefined
if (program === undefined) {
  console.log(`npm run ${group} -- NAME [--help]\n`)
  for (const [one, { what }] of Object.entries(programs)) console.log(`  ${one.padEnd(13)}${what}`)
  process.exitCode = name === '' || name === '--help' ? 0 : 2
} else {
  const file = resolve(import.meta.dirname, '..', program.file)
  // It reads its arguments as if it had been run directly.
  process.argv.splice(1, Infinity, file, ...rest)
  await import(file)
}
