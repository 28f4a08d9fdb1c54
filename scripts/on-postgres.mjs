import { Server } from '../packages/holdfast/test/postgres/support/server.ts'

/** Runs something on a temporary PostgreSQL. @param {(server: Server) => Promise<void>} run */
export async function onPostgres(run) {
  const server = await Server.start()
  if (server === null) throw new Error('there is no PostgreSQL for this machine')
  try {
    await run(server)
  } finally {
    await server.stop()
  }
}

/** @param {import('../packages/holdfast/test/postgres/support/shops.ts').Report} report */
export function printReport({
  acknowledged,
  refused,
  unknown,
  reads,
  bought,
  seq,
  failures,
  broken,
}) {
  console.log(
    `${acknowledged} acknowledged (${refused} refused), ${unknown} unanswered sent again, ` +
      `${reads} reads, ${bought} with an order, entry ${seq}; failures told: ${JSON.stringify(failures)}`,
  )
  printBroken(broken)
}

/** Prints what is broken, if anything, and sets the exit code to 1. @param {readonly string[]} broken */
export function printBroken(broken) {
  for (const line of broken.slice(0, 20)) console.log(`  ${line}`)
  console.log(broken.length === 0 ? 'ok' : `BROKEN: ${broken.length}`)
  if (broken.length > 0) process.exitCode = 1
}
