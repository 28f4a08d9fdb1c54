// The inventory's verbs over HTTP, by `fetch`: for browsers, workers, Node, without a dependency.
export { HoldfastClient } from './client.ts'
export type { ClientOptions, RemoteCallOptions } from './options.ts'
export type { PagedList } from './paged-list.ts'
export type { RemoteInventory } from './remote-inventory.ts'
export { RequestError } from './remote-error.ts'
export * from '../model/errors.ts'
export { OperationalError } from '../model/operational-error.ts'
