import type { Command, Verb } from './commands.ts'
import { InvalidInputError, InventoryError } from './errors.ts'
import { checkId } from './id.ts'
import {
  LIMITS,
  checkMetadata,
  checkObject,
  checkQty,
  checkText,
  checkTtl,
  invalid,
} from './limits.ts'

type Check = (value: unknown, field: string) => void

interface Field {
  readonly check: Check
  readonly optional: boolean
}

const required = (check: Check): Field => ({ check, optional: false })
const optional = (check: Check): Field => ({ check, optional: true })

const text: Check = (value, field) => checkText(value, field, LIMITS.textLength)
const key: Check = (value, field) => checkText(value, field, LIMITS.keyLength)
const qty: Check = (value, field) => checkQty(value, field)
const count: Check = (value, field) => checkQty(value, field, 0)
const flag: Check = (value, field) => {
  if (typeof value !== 'boolean') throw invalid(field, 'must be true or false')
}
const warehouses: Check = (value, field) => {
  if (!Array.isArray(value) || value.length === 0)
    throw invalid(field, 'must be a list of warehouse ids')
  if (value.length > LIMITS.warehouses)
    throw invalid(field, `must name at most ${LIMITS.warehouses} warehouses`)
  // Not `forEach`, here and below: it leaves out the holes of a list.
  for (const [index, id] of value.entries()) checkId(id, `${field}[${index}]`)
  if (new Set(value).size !== value.length) throw invalid(field, 'must not name a warehouse twice')
}
const commands: Check = (value, field) => {
  if (!Array.isArray(value) || value.length === 0)
    throw invalid(field, 'must be a list of commands')
  if (value.length > LIMITS.commands)
    throw invalid(field, `must hold at most ${LIMITS.commands} commands`)
  for (const [index, command] of value.entries()) checkInner(command, index)
}

const place = { warehouseId: required(checkId), productId: required(checkId) }
const byId = { reservationId: required(checkId) }
const transfer = { transferId: required(checkId) }
const common = {
  verb: required(() => undefined),
  idempotencyKey: optional(key),
  actor: optional(key),
  metadata: optional(checkMetadata),
}

/** The fields of each verb, in the order in which they are checked. */
export const FIELDS: Readonly<Record<Verb, Readonly<Record<string, Field>>>> = {
  addStock: { ...place, qty: required(qty), source: required(text) },
  removeStock: { ...place, qty: required(qty), reason: required(text) },
  countStock: { ...place, onHand: required(count), reason: optional(text) },
  reserve: { ...place, qty: required(qty), ttlMs: required(checkTtl), owner: optional(key) },
  confirm: { ...byId, qty: optional(qty) },
  release: byId,
  ship: byId,
  cancel: byId,
  extend: { ...byId, ttlMs: required(checkTtl) },
  transfer: {
    fromWarehouseId: required(checkId),
    toWarehouseId: required(checkId),
    productId: required(checkId),
    qty: required(qty),
    requiresApproval: optional(flag),
  },
  approveTransfer: transfer,
  rejectTransfer: { ...transfer, reason: optional(text) },
  fulfillAcrossWarehouses: {
    productId: required(checkId),
    qty: required(qty),
    ttlMs: required(checkTtl),
    warehouseOrder: optional(warehouses),
    strategy: optional(key),
    owner: optional(key),
  },
  atomically: { commands: required(commands) },
}

interface Plan {
  readonly names: ReadonlySet<string>
  readonly fields: readonly (readonly [name: string, field: Field])[]
}

const PLANS: ReadonlyMap<string, Plan> = new Map(
  Object.entries(FIELDS).map(([verb, own]) => {
    const all = { ...own, ...common }
    return [verb, { names: new Set(Object.keys(all)), fields: Object.entries(all) }] as const
  }),
)

/** The names of each verb's fields, sorted. */
export const FIELD_NAMES: ReadonlyMap<string, readonly string[]> = new Map(
  [...PLANS].map(([verb, { names }]) => [verb, [...names].sort()]),
)

/**
 * Refuses what no state of the inventory could accept: a wrong type or bound, a missing field, and an
 * unknown one (a mistyped `onwer` would otherwise be lost without a word).
 * @throws InvalidInputError, InvalidQtyError
 */
export function checkCommand(value: unknown): asserts value is Command {
  checkObject(value, 'command')
  const plan = typeof value['verb'] === 'string' ? PLANS.get(value['verb']) : undefined
  if (plan === undefined) {
    throw new InvalidInputError(`verb must be one of ${[...PLANS.keys()].join(', ')}`, {
      field: 'verb',
    })
  }
  for (const name in value)
    if (!plan.names.has(name)) throw invalid(name, `is not a field of ${String(value['verb'])}`)
  for (const [name, field] of plan.fields) {
    const given = value[name]
    if (given !== undefined) field.check(given, name)
    else if (!field.optional) throw missing(name, field)
  }
}

function missing(name: string, field: Field): InvalidInputError {
  if (field.check === qty || field.check === count) field.check(undefined, name)
  return invalid(name, 'is missing')
}

function checkInner(command: unknown, index: number): void {
  try {
    checkCommand(command)
    if (command.verb === 'atomically') throw invalid('verb', 'atomically cannot be nested')
    if (command.idempotencyKey !== undefined)
      throw invalid('idempotencyKey', 'belongs to the whole of atomically')
  } catch (error) {
    throw error instanceof InventoryError ? error.at(index) : error
  }
}
