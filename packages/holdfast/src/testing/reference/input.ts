import type { Command } from '../../model/commands/commands.ts'
import { Refused } from './shelf.ts'

type Kind = 'id' | 'text' | 'qty' | 'count' | 'ttl' | 'flag' | 'order' | 'metadata' | 'commands'

const PLACE = { warehouseId: 'id', productId: 'id' } as const

/** The fields of each verb; a question document means that it may be left out. */
const FIELDS: Record<Command['verb'], Record<string, Kind | `${Kind}?`>> = {
  addStock: { ...PLACE, qty: 'qty', source: 'text' },
  removeStock: { ...PLACE, qty: 'qty', reason: 'text' },
  countStock: { ...PLACE, onHand: 'count', reason: 'text?' },
  reserve: { ...PLACE, qty: 'qty', ttlMs: 'ttl', owner: 'text?' },
  confirm: { reservationId: 'id', qty: 'qty?' },
  release: { reservationId: 'id' },
  ship: { reservationId: 'id' },
  cancel: { reservationId: 'id' },
  extend: { reservationId: 'id', ttlMs: 'ttl' },
  transfer: {
    fromWarehouseId: 'id',
    toWarehouseId: 'id',
    productId: 'id',
    qty: 'qty',
    requiresApproval: 'flag?',
  },
  approveTransfer: { transferId: 'id' },
  rejectTransfer: { transferId: 'id', reason: 'text?' },
  fulfillAcrossWarehouses: {
    productId: 'id',
    qty: 'qty',
    ttlMs: 'ttl',
    warehouseOrder: 'order?',
    strategy: 'text?',
    owner: 'text?',
  },
  atomically: { commands: 'commands' },
}
const COMMON = { idempotencyKey: 'text?', actor: 'text?', metadata: 'metadata?' } as const

const whole = (value: unknown, least: number, most: number): boolean =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= most
const text = (value: unknown, most: number): boolean =>
  typeof value === 'string' &&
  value.length >= 1 &&
  Array.from(value).length <= most &&
  value.isWellFormed() &&
  // oxlint-disable-next-line no-control-regex -- which are the ones to be refused
  !/[\u0000-\u001f\u007f-\u009f]/.test(value)

/** What looks like another id, or like none: spaces at an end, what is drawn as nothing, two spellings. */
const id = (value: unknown): boolean =>
  text(value, 128) &&
  (value as string).trim() === value &&
  value.normalize() === value &&
  !/[\p{Cf}\p{Zl}\p{Zp}\p{DI}\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/u.test(value)

const FITS: Record<Kind, (value: unknown) => boolean> = {
  id,
  text: (value) => text(value, 255),
  qty: (value) => whole(value, 1, 1e12),
  count: (value) => whole(value, 0, 1e12),
  ttl: (value) => whole(value, 1, 31_622_400_000),
  flag: (value) => typeof value === 'boolean',
  order: (value) =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.every(id) &&
    new Set(value).size === value.length,
  metadata: (value) =>
    typeof value === 'object' &&
    Object.entries(value!).every(([key, said]) => text(key, 40) && text(said, 500)),
  commands: (value) => Array.isArray(value) && value.length >= 1 && value.length <= 1000,
}

/** What no state of an inventory could accept. @throws Refused INVALID_INPUT, INVALID_QTY */
export function checkInput(command: Readonly<Record<string, unknown>>): void {
  const { verb, ...given } = command
  const fields = { ...FIELDS[verb as Command['verb']], ...COMMON }
  for (const name of Object.keys(given))
    if (!Object.hasOwn(fields, name)) throw new Refused('INVALID_INPUT', { field: name })
  for (const [name, sort] of Object.entries(fields)) {
    const value = given[name]
    const kind = sort.replace('?', '') as Kind
    if (value === undefined && sort.endsWith('?')) continue
    if (FITS[kind](value)) continue
    const counted = kind === 'qty' || kind === 'count'
    throw new Refused(counted ? 'INVALID_QTY' : 'INVALID_INPUT', { field: name })
  }
  if (verb !== 'atomically') return
  for (const [index, inner] of (given['commands'] as Record<string, unknown>[]).entries()) {
    try {
      if (inner['verb'] === 'atomically') throw new Refused('INVALID_INPUT', { field: 'verb' })
      checkInput(inner)
      if (inner['idempotencyKey'] !== undefined)
        throw new Refused('INVALID_INPUT', { field: 'idempotencyKey' })
    } catch (error) {
      throw error instanceof Refused ? new Refused(error.code, { ...error.details, index }) : error
    }
  }
}
