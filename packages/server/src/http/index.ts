// Holdfast over HTTP: a service of its own, or a plugin for a Fastify server.
export type { Caller, Identify } from './access/caller.ts'
export { ROLES, type Role } from './access/roles.ts'
export type { ServerLimits } from './limits/defaults.ts'
export { holdfastPlugin, type HoldfastPluginOptions } from './plugin.ts'
export { NoTokenError } from './access/no-token.ts'
export { startService, type Service, type ServiceOptions } from './service.ts'
