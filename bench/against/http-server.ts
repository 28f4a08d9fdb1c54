// A server in a separate process, so that client and server share no thread.
//   argv: inventory|echo|bare|fastify FILE
// `echo` is the same service, but its inventory only sends the command back; `bare` also writes three bare rows first;
// `fastify` is a server with a single route that sends the body back.
import { startService } from '@holdfast/server'
import Fastify from 'fastify'
import type { Command, Inventory } from 'holdfast'
import { sqlite } from 'holdfast/sqlite'
import { LEVELS } from '../measure/http-client.ts'
import { fill, openShop } from '../measure/shop.ts'
import { bareWriting } from './bare-writer.ts'

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

/** An inventory that does nothing: it sends each `reserve` back in the form of an answer. */
function echoing(real: Inventory): Inventory {
  const execute = (command: Command): Promise<object> => Promise.resolve(answer(command))
  const batch = ({ commands }: { commands: readonly Command[] }): Promise<object> =>
    Promise.resolve({ answers: commands.map((one) => ({ ok: true, ...answer(one) })), seq: 1 })
  return new Proxy(real, {
    get(target, name) {
      if (name === 'execute') return execute
      if (name === 'batch') return batch
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}

function answer(command: Command): Awaited<ReturnType<Inventory['reserve']>> {
  const { warehouseId, productId, qty } = command as Extract<Command, { verb: 'reserve' }>
  return {
    id: '00000000-0000-806c-8001-782a94099ef0',
    warehouseId,
    productId,
    qty,
    status: 'PENDING',
    owner: null,
    createdAt: 1_795_435_119_909,
    expiresAt: 1_795_436_019_909,
    released: 0,
    shipped: 0,
    cancelled: 0,
    cameBack: 0,
    replaces: null,
    replacedBy: null,
    group: null,
    seq: 1,
  }
}

process.send!(kind === 'fastify' ? await serveBody() : await serveShop())
