import type { Command, SingleAnswer, SingleVerb } from '../../model/commands/commands.ts'
import type { Reservation } from '../../model/reservation.ts'
import { Refused } from './shelf.ts'

type Kind =
  | 'id'
  | 'text'
  | 'qty'
  | 'count'
  | 'ttl'
  | 'flag'
  | 'order'
  | 'position'
  | 'moment'
  | 'bucket'
  | 'rest'
  | 'ids'
  | 'reference'
  | 'holder'
  | 'metadata'
  | 'commands'

const PLACE = { warehouseId: 'id', productId: 'id' } as const
const PART = { reservationId: 'id', qty: 'qty?' } as const

/** The fields of each verb; a question mark means optional. */
const FIELDS: Record<Command['verb'], Record<string, Kind | `${Kind}?`>> = {
  addStock: { ...PLACE, qty: 'qty', source: 'text', into: 'bucket?', ifSeq: 'position?' },
  removeStock: { ...PLACE, qty: 'qty', reason: 'text', ifSeq: 'position?' },
  countStock: {
    ...PLACE,
    onHand: 'count',
    unsellable: 'count?',
    expected: 'count?',
    asOf: 'moment?',
    onlyIfChanged: 'flag?',
    reason: 'text?',
    ifSeq: 'position?',
  },
  setAside: { ...PLACE, qty: 'qty', reason: 'text', ifSeq: 'position?' },
  putBack: { ...PLACE, qty: 'qty', reason: 'text?', ifSeq: 'position?' },
  writeOff: { ...PLACE, qty: 'qty', reason: 'text', ifSeq: 'position?' },
  reserve: { ...PLACE, qty: 'qty', ttlMs: 'ttl', owner: 'text?', replaces: 'id?' },
  confirm: { ...PART, rest: 'rest?', reacquire: 'flag?' },
  release: PART,
  ship: PART,
  cancel: PART,
  extend: { reservationId: 'id', ttlMs: 'ttl' },
  confirmAll: { of: 'holder' },
  extendAll: { of: 'holder', ttlMs: 'ttl' },
  releaseAll: { of: 'holder' },
  sell: { ...PLACE, qty: 'qty', owner: 'text?', ship: 'flag?' },
  moveReservation: { reservationId: 'id', toWarehouseId: 'id' },
  changeOwner: { reservationId: 'id', owner: 'text' },
  returnGoods: { reservationId: 'id', qty: 'qty', into: 'bucket?', reason: 'text?' },
  transfer: {
    fromWarehouseId: 'id',
    toWarehouseId: 'id',
    productId: 'id',
    qty: 'qty',
    requiresApproval: 'flag?',
    reservations: 'ids?',
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
  closeWarehouse: { warehouseId: 'id' },
  atomically: { commands: 'commands' },
}
const COMMON = {
  idempotencyKey: 'text?',
  actor: 'text?',
  reference: 'reference?',
  group: 'text?',
  metadata: 'metadata?',
} as const

/** The verbs that answer one reservation, to which a later command of a list can refer. */
const ONE_RESERVATION: ReadonlySet<unknown> = new Set(
  Object.keys({
    reserve: true,
    confirm: true,
    release: true,
    ship: true,
    cancel: true,
    extend: true,
    sell: true,
    moveReservation: true,
    changeOwner: true,
    returnGoods: true,
  } satisfies Record<OneReservation, true>),
)

type OneReservation = {
  [V in SingleVerb]: SingleAnswer<V> extends Reservation ? V : never
}[SingleVerb]

const whole = (value: unknown, least: number, most: number): boolean =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= most
const text = (value: unknown, most: number): boolean =>
  typeof value === 'string' &&
  value.length >= 1 &&
  Array.from(value).length <= most &&
  value.isWellFormed() &&
  // oxlint-disable-next-line no-control-regex -- which are the ones to be refused
  !/[\u0000-\u001f\u007f-\u009f]/.test(value)

/** Refuses ids that look like another one: spaces at an end, invisible characters, two spellings. */
const id = (value: unknown): boolean =>
  text(value, 128) &&
  (value as string).trim() === value &&
  value.normalize() === value &&
  !/[\p{Cf}\p{Zl}\p{Zp}\p{DI}\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/u.test(value)

const distinct = (value: unknown, most: number): boolean =>
  Array.isArray(value) &&
  value.length >= 1 &&
  value.length <= most &&
  value.every(id) &&
  new Set(value).size === value.length
const position = (value: unknown): boolean => whole(value, 0, Number.MAX_SAFE_INTEGER)
const hasOnly = (value: unknown, names: readonly string[], fits = position): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.keys(value).sort().join() === [...names].sort().join() &&
  Object.values(value).every(fits)

const FITS: Record<Kind, (value: unknown) => boolean> = {
  id,
  text: (value) => text(value, 255),
  qty: (value) => whole(value, 1, 1e12),
  count: (value) => whole(value, 0, 1e12),
  ttl: (value) => whole(value, 1, 31_622_400_000),
  flag: (value) => typeof value === 'boolean',
  order: (value) => distinct(value, 1000),
  position,
  moment: (value) => hasOnly(value, ['seq']) || hasOnly(value, ['time']),
  bucket: (value) => value === 'available' || value === 'unsellable',
  rest: (value) => value === 'release' || value === 'hold',
  ids: (value) => distinct(value, 100),
  reference: (value) => {
    if (!hasOnly(value, ['type', 'id'], () => true)) return false
    const { type, id: number } = value as Record<string, unknown>
    return text(type, 40) && !(type as string).includes(':') && text(number, 128)
  },
  holder: (value) => ['owner', 'group'].some((of) => hasOnly(value, [of], (one) => text(one, 255))),
  metadata: (value) =>
    typeof value === 'object' &&
    Object.entries(value!).every(([key, said]) => text(key, 40) && text(said, 500)),
  commands: (value) => Array.isArray(value) && value.length >= 1 && value.length <= 1000,
}

/** Refuses what no state of an inventory could accept. @throws Refused INVALID_INPUT, INVALID_QTY */
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
  const list = given['commands'] as Record<string, unknown>[]
  for (const [index, inner] of list.entries()) {
    try {
      const command = withoutResults(inner, list.slice(0, index))
      if (inner['verb'] === 'atomically') throw new Refused('INVALID_INPUT', { field: 'verb' })
      checkInput(command)
      if (inner['idempotencyKey'] !== undefined)
        throw new Refused('INVALID_INPUT', { field: 'idempotencyKey' })
    } catch (error) {
      throw error instanceof Refused ? new Refused(error.code, { ...error.details, index }) : error
    }
  }
}

/** Checks references to earlier results, and puts an id in their place. */
function withoutResults(
  command: Readonly<Record<string, unknown>>,
  earlier: readonly Record<string, unknown>[],
): Record<string, unknown> {
  const checked = { ...command }
  for (const field of ['reservationId', 'replaces']) {
    const named = command[field]
    if (typeof named !== 'object' || named === null) continue
    const { result, leg, ...more } = named as Record<string, unknown>
    const verb = whole(result, 0, earlier.length - 1) && earlier[result as number]!['verb']
    const isSplit = verb === 'fulfillAcrossWarehouses'
    const fits = isSplit ? position(leg) : ONE_RESERVATION.has(verb) && leg === undefined
    if (!fits || Object.keys(more).length > 0) throw new Refused('INVALID_INPUT', { field })
    checked[field] = 'the one of an earlier command'
  }
  return checked
}
