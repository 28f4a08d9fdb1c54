// A program that starts a PostgreSQL of its own, says where, and waits until somebody kills it:
//   node --conditions=source server-child.ts
import { Server } from './server.ts'

const server = await Server.start()
process.stdout.write(`${JSON.stringify(server === null ? null : [server.folder, server.port])}\n`)
if (server !== null) setInterval(() => undefined, 1000)
