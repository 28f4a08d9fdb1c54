import type { Command } from '../domain/commands.ts'
import { step } from './address.ts'
import type { WireRequest } from './wire.ts'

const RESERVATIONS = '/v1/reservations'

const PATHS: Readonly<Record<string, string>> = {
  addStock: '/v1/stock/add',
  removeStock: '/v1/stock/remove',
  countStock: '/v1/stock/count',
  reserve: RESERVATIONS,
  fulfillAcrossWarehouses: `${RESERVATIONS}/across-warehouses`,
  confirm: `${RESERVATIONS}/{reservationId}/confirm`,
  release: `${RESERVATIONS}/{reservationId}/release`,
  ship: `${RESERVATIONS}/{reservationId}/ship`,
  cancel: `${RESERVATIONS}/{reservationId}/cancel`,
  extend: `${RESERVATIONS}/{reservationId}/extend`,
  transfer: '/v1/transfers',
  approveTransfer: '/v1/transfers/{transferId}/approve',
  rejectTransfer: '/v1/transfers/{transferId}/reject',
}

/** The one request of one command. @throws InvalidInputError for an id that no address can hold */
export function commandRequest(command: Command): WireRequest {
  const { verb, ...body } = command as unknown as { verb: string } & Record<string, unknown>
  if (verb === 'atomically') {
    return { method: 'POST', path: '/v1/batch', body: JSON.stringify({ atomic: true, ...body }) }
  }
  const template = PATHS[verb]!
  const [, inPath] = /\{(\w+)\}/.exec(template) ?? []
  if (inPath === undefined) return { method: 'POST', path: template, body: JSON.stringify(body) }
  const { [inPath]: id, ...rest } = body
  const path = template.replace(`{${inPath}}`, () => step(id, inPath))
  return { method: 'POST', path, body: JSON.stringify(rest) }
}

export function isVerb(verb: unknown): boolean {
  return verb === 'atomically' || (typeof verb === 'string' && Object.hasOwn(PATHS, verb))
}
