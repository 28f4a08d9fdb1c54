import { ok } from 'node:assert/strict'
import {
  memory,
  openInventory,
  type CallOptions,
  type Batch,
  type Command,
  type Inventory,
  type Store,
} from 'holdfast'
import { SINGLE_VERBS } from 'holdfast/model'
import { HoldfastClient } from 'holdfast/client'
import type { OpenOptions, Shop } from 'holdfast/testing'
import type { Caller } from '../../../src/http/access/caller.ts'
import { compile, type Judge } from '../../../src/http/input/validator.ts'
import { DEFAULT_LIMITS } from '../../../src/http/limits/defaults.ts'
import { CommandCounts } from '../../../src/http/telemetry/command-counts.ts'
import { createServer } from '../../../src/http/server.ts'
import { Document } from './document.ts'

const ACTOR = 'x-test-actor'
const SCOPE = 'x-test-scope'
const INNER_ACTORS = 'x-test-inner-actors'

/**
 * A shop whose inventory is used over HTTP. The contract says who acts in the command; over HTTP that
 * is the token's word, so here the server around the plugin knows its callers by headers.
 */
export function servedShop(): Shop {
  const store = memory()
  return { open: (options) => open(store, options) }
}

async function open(store: Store, options: OpenOptions): Promise<Inventory> {
  const inventory = await openInventory({ store, ...options })
  const counts = new CommandCounts()
  const app = createServer({
    inventory,
    identify: ({ headers }): Caller => ({
      role: 'admin',
      actor: decoded(headers[ACTOR]),
      scope: String(headers[SCOPE] ?? ''),
    }),
    tokens: null,
    counts,
    limits: DEFAULT_LIMITS,
    logger: false,
  })
  app.addHook('preHandler', (request, _reply, done) => {
    const actors = decoded(request.headers[INNER_ACTORS])
    if (actors !== undefined) putActors(request.body as Body, JSON.parse(actors) as string[])
    done()
  })
  app.addHook('preSerialization', (request, reply, payload, done) => {
    mustBeDescribed(request.routeOptions.schema?.response, reply.statusCode, payload)
    done()
  })
  app.addHook('onSend', async ({ method, routeOptions: { url } }, { statusCode }, payload) => {
    if (statusCode >= 400 && url !== undefined) {
      described ??= new Document((await app.inject('/openapi.json')).json())
      described.checkCode(described.operation(method, url), statusCode, String(payload))
    }
    return payload
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const clients = new Map<string, HoldfastClient>()
  const clientOf = (headers: Record<string, string>): HoldfastClient => {
    const name = JSON.stringify(headers)
    const known = clients.get(name) ?? new HoldfastClient({ url, headers, automaticKeys: false })
    clients.set(name, known)
    return known
  }
  const local = counting(inventory, counts)
  return overHttp(local, clientOf, async () => {
    clientOf({})
    await Promise.all([...clients.values()].map((client) => client.close()))
    await app.close()
    await inventory.close()
  })
}

/** What the service says of itself; the same of every shop. */
let described: Document | null = null

type Given = { actor?: unknown; commands?: unknown; verb?: unknown }

const JUDGES = new WeakMap<object, Judge>()

/** The schemas only describe the answers: no field must be in one that they do not name. */
function mustBeDescribed(responses: unknown, status: number, payload: unknown): void {
  const schema = (responses as Record<number, object> | undefined)?.[status]
  if (schema === undefined) return
  const judge = JUDGES.get(schema) ?? compile(schema)
  JUDGES.set(schema, judge)
  const sent: unknown = JSON.parse(JSON.stringify(payload))
  ok(judge(sent), JSON.stringify({ wrong: judge.errors, sent }))
}

/** The library's interface, with everything that goes over the wire going over the wire. */
function overHttp(
  inventory: Inventory,
  clientOf: (headers: Record<string, string>) => HoldfastClient,
  close: () => Promise<void>,
): Inventory {
  const plain = clientOf({})
  const send =
    (name: 'execute' | 'batch', verb?: string) =>
    (given: Given, { scope, signal, onReplay }: CallOptions = {}) => {
      const { headers, command } = withoutActors(given)
      if (scope !== undefined) headers[SCOPE] = scope
      const whole = verb === undefined ? command : { ...(command as object), verb }
      const client = clientOf(headers)
      return name === 'batch'
        ? client.batch(whole as Batch, { signal, onReplay })
        : client.execute(whole as Command, { signal, onReplay })
    }
  const verbs = [...SINGLE_VERBS, 'atomically'] as const
  const reads = [
    'stock stockAt explain getReservation getTransfer listStock listReservations listTransfers',
    'listWarehouses audit feed head verify',
  ].flatMap((line) => line.split(' '))
  const local = [
    'document',
    'documents',
    'setDocuments',
    'compareAndSetDocument',
    'stats',
    'consumers',
    'forgetConsumer',
    'consume',
    'alerts',
    'reorder',
    'backup',
  ]
  const bound = (target: object, name: string): unknown =>
    (Reflect.get(target, name) as (...args: unknown[]) => unknown).bind(target)
  const actingAs = ({ actor }: { actor?: string } = {}) =>
    clientOf(actor === undefined ? {} : { [ACTOR]: encodeURIComponent(actor) })
  return {
    get readOnly() {
      return inventory.readOnly
    },
    ...Object.fromEntries(verbs.map((verb) => [verb, send('execute', verb)])),
    ...Object.fromEntries(reads.map((name) => [name, bound(plain, name)])),
    ...Object.fromEntries(local.map((name) => [name, bound(inventory, name)])),
    execute: send('execute'),
    batch: send('batch'),
    changeWarehouse: (warehouse: never, options?: { actor?: string }) =>
      actingAs(options).changeWarehouse(warehouse),
    patchWarehouse: (changes: never, options?: { actor?: string }) =>
      actingAs(options).patchWarehouse(changes),
    close,
    [Symbol.asyncDispose]: close,
  } as unknown as Inventory
}

/** Actors that the service would refuse to hear of, as headers for this test's server. */
function withoutActors(given: Given): { headers: Record<string, string>; command: unknown } {
  const headers: Record<string, string> = {}
  if (typeof given !== 'object' || given === null) return { headers, command: given }
  const { actor, ...command } = given
  if (actor !== undefined && isSendable(actor)) headers[ACTOR] = encodeURIComponent(actor)
  else if (actor !== undefined) return { headers, command: given }
  const { commands } = command
  if (!Array.isArray(commands) || !commands.some((one: Given | null) => one?.actor !== undefined))
    return { headers, command }
  const actors = commands.map(({ actor: inner }: Given) => inner ?? null)
  headers[INNER_ACTORS] = encodeURIComponent(JSON.stringify(actors))
  const bare = commands.map(({ actor: _actor, ...rest }: Given) => rest)
  return { headers, command: { ...command, commands: bare } }
}

/** One that is not goes into the body, where the service refuses it. */
function isSendable(actor: unknown): actor is string {
  return typeof actor === 'string' && actor.isWellFormed() && /^[^\p{Cc}]{1,255}$/u.test(actor)
}

function decoded(header: string | string[] | undefined): string | undefined {
  return header === undefined ? undefined : decodeURIComponent(String(header))
}

interface Body {
  commands: object[]
}

function putActors(body: Body, actors: readonly (string | null)[]): void {
  body.commands = body.commands.map((command, index) => {
    const actor = actors[index]
    return actor === null ? command : { ...command, actor }
  })
}

/** What the service counts, command by command, is what its metrics tell. */
function counting(inventory: Inventory, counts: CommandCounts): Inventory {
  return new Proxy(inventory, {
    get(target, name) {
      if (name === 'stats') {
        const refusals = (): object => Object.fromEntries(counts.refusals)
        return () => ({ ...target.stats(), commands: counts.commands, refusals: refusals() })
      }
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}
