// A program that starts a PostgreSQL, prints its address, and waits to be killed:
//   node --conditions=source server-child.ts
import { Server } from './server.ts'

const server = await Server.start()
process.stdout.write(`${JSON.stringify(server === null ? null : [server.folder, server.port])}\n`)
if (server !== null) setInterval(() => undefined, 1000)
