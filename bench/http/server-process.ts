// A server as a process of its own, so that whoever asks and whoever answers share no thread.
//   argv: inventory|echo|bare|fastify FILE
// `echo` is the same service whose inventory only sends the command back, `bare` the same with three bare
// rows written before; `fastify` is a server with nothing on it but a route that sends the body back.
import { startService } from '@holdfast/server'
import Fastify from 'fastify'
import { sqlite } from 'holdfast/sqlite'
import { fill, openShop } from '../shop.ts'
import { bareWriting } from './bare.ts'
import { echoing } from './echo.ts'
import { LEVELS } from './requests.ts'

const [kind, path] = process.argv.slice(2)

async function serveBody(): Promise<string> {
  const app = Fastify({ bodyLimit: 8_388_608 })
  app.post('*', async ({ body }) => body)
  return await app.listen({ host: '127.0.0.1', port: 0 })
}

async function serveShop(): Promise<string> {
  const shop = await openShop(sqlite({ path: path! }))
  if (kind === 'inventory') await fill(shop, LEVELS)
  let inventory = kind === 'inventory' ? shop : echoing(shop)
  if (kind === 'bare') inventory = await bareWriting(inventory, `${path!}.bare`)
  return (await startService({ inventory, port: 0 })).url
}

process.send!(kind === 'fastify' ? await serveBody() : await serveShop())
