import type { TestContext } from 'node:test'
import { memory, openInventory, type Inventory, type Store, type WarehouseOptions } from 'holdfast'
import { startService, type Service, type ServiceOptions } from '../../../src/http/service.ts'

export const WAREHOUSES: readonly WarehouseOptions[] = [
  { id: 'SF', name: 'San Francisco' },
  { id: 'NYC', name: 'New York', reorderThreshold: 3 },
  { id: 'TINY', name: 'Tiny', capacity: 5 },
]

export interface Running {
  readonly inventory: Inventory
  readonly service: Service
  readonly url: string
  /** One request, its answer read whole. */
  readonly call: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Headers,
  ) => Promise<Answer>
}

type Headers = Readonly<Record<string, string>>

export interface Answer {
  readonly status: number
  readonly headers: globalThis.Headers
  readonly text: string
  /** The answer as JSON. */
  readonly body: Record<string, unknown>
}

/** A service on a free port, on an inventory in memory; both end with the test. */
export async function running(
  t: TestContext,
  options: Partial<ServiceOptions> & { readonly store?: Store } = {},
): Promise<Running> {
  const { store = memory(), ...others } = options
  const inventory = await openInventory({ store, warehouses: WAREHOUSES })
  const service = await startService({ inventory, port: 0, ...others })
  t.after(async () => {
    await service.close()
    await inventory.close()
  })
  return { inventory, service, url: service.url, call: caller(service.url) }
}

export function caller(url: string): Running['call'] {
  return async (method, path, body, headers = {}) => {
    const json = body === undefined ? {} : { 'content-type': 'application/json' }
    const init: RequestInit = { method, headers: { ...json, ...headers } }
    if (body !== undefined) init.body = typeof body === 'string' ? body : JSON.stringify(body)
    const response = await fetch(url + path, init)
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, body: parsed(text) }
  }
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return {}
  }
}
