import {
  COMMANDS,
  type Command,
  type ListedCommand,
  type SingleCommand,
} from '../model/commands/commands.ts'
import { dice, type Dice } from './dice.ts'
import { named, PRODUCTS, single, type Known } from './workload-commands.ts'

export { WORKLOAD_WAREHOUSES, type Known } from './workload-commands.ts'

/** To the eye the same as ids of the workload. */
const UNSEEN = [' ', 'SOCK ', ' SF', 'SO\u200bCK', 'SF\ufeff', 'S\u00a0F', '🧦\ufe0f', 'e\u0301']

/** Time passes, or commands arrive: all at once, each on its own or as one batch. */
export type Step =
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'commands'; readonly commands: readonly Command[] }
  | { readonly kind: 'batch'; readonly commands: readonly Command[] }

export interface WorkloadOptions {
  /** With idempotency keys, some of them reused: for the same command, and for another. */
  readonly keys?: boolean
}

/** One step: the same seed and the same known records give the same step. */
export function step(seed: number, known: Known, options: WorkloadOptions = {}): Step {
  const d = dice(seed)
  const kind = d.below(100)
  const several = (least: number, most: number): Command[] =>
    Array.from({ length: least + d.below(most - least + 1) }, () => command(d, known, options))
  if (kind === 0) return { kind: 'batch', commands: rush(d) }
  if (kind < 16) return { kind: 'pass', ms: d.pick([1, 1, 10, 40, 100, 400]) }
  if (kind < 30) return { kind: 'commands', commands: several(2, 8) }
  if (kind < 36) return { kind: 'batch', commands: several(1, 6) }
  return { kind: 'commands', commands: several(1, 1).map((one) => sometimesAsOf(d, one, known)) }
}

/** Of a command alone: a count of a past moment comes when that has been looked up. */
function sometimesAsOf(d: Dice, command: Command, { seq }: Known): Command {
  if (command.verb !== 'countStock' || command.expected !== undefined || d.chance(25))
    return command
  return { ...command, asOf: { seq: Math.max(0, seq - d.below(30)) } }
}

/** More holds at once than an engine reads in one go; they expire together, or nearly. */
function rush(d: Dice): Command[] {
  const hot = { warehouseId: 'SF', productId: PRODUCTS[0] }
  const holds = Array.from({ length: 90 }, () => {
    return { verb: 'reserve', ...hot, qty: 1, ttlMs: 1 + d.below(30) } as const
  })
  return [{ verb: 'addStock', ...hot, qty: 80, source: 'SUPPLIER' }, ...holds]
}

function command(d: Dice, known: Known, options: WorkloadOptions): Command {
  if (options.keys === true && d.chance(8)) return keyed(d)
  if (d.chance(4)) return spoiled(d, single(d, known))
  if (!d.chance(8)) return single(d, known)
  const commands: ListedCommand[] = d.chance(50) ? order(d) : []
  for (let left = d.below(commands.length === 0 ? 5 : 2); left >= 0; left--)
    commands.push(following(d, single(d, known), commands))
  if (d.chance(5)) commands.push(spoiled(d, single(d, known)))
  return { verb: 'atomically', commands, ...named(d) }
}

/** Takes units, and continues with the reservation: mostly succeeds. */
function order(d: Dice): ListedCommand[] {
  const at = { warehouseId: 'SF', productId: PRODUCTS[0] }
  const kind = d.below(6)
  if (kind === 5) return ofOneOwner(d)
  const one = kind === 0 ? { result: 0, leg: 0 } : { result: 0 }
  const qty = 1 + d.below(3)
  const begun = d.pick<ListedCommand>([
    { verb: 'confirm', reservationId: one, qty: 1, rest: 'hold' },
    { verb: 'reserve', ...at, qty: 2, ttlMs: 30, replaces: one },
    { verb: 'moveReservation', reservationId: one, toWarehouseId: 'NYC' },
    { verb: 'changeOwner', reservationId: one, owner: 'customer-7' },
    { verb: 'release', reservationId: one, qty: 1 },
  ])
  if (kind === 0)
    return [{ verb: 'fulfillAcrossWarehouses', productId: at.productId, qty, ttlMs: 30 }, begun]
  const first = { verb: 'reserve', ...at, qty, ttlMs: 30, owner: 'cart-1' } as const
  if (kind < 3) return [first, begun]
  if (kind === 3) {
    // Repeated, it answers the hold made the first time, while all of it is open.
    const again = { verb: 'reserve', ...at, qty: 2, ttlMs: 30, replaces: one } as const
    const cut = { verb: 'release', reservationId: { result: 1 }, qty: 1 } as const
    return d.chance(50) ? [first, again, again] : [first, again, cut, again]
  }
  return [
    { verb: 'sell', ...at, qty, ship: d.chance(50) },
    d.pick<ListedCommand>([
      { verb: 'returnGoods', reservationId: one, qty: 1, into: 'available' },
      { verb: 'ship', reservationId: one, qty: 1 },
      { verb: 'cancel', reservationId: one, qty: 1 },
    ]),
  ]
}

/** Holds are made, given to another owner, and all of one are gone on with. */
function ofOneOwner(d: Dice): ListedCommand[] {
  const hold = { verb: 'reserve', warehouseId: 'SF', productId: PRODUCTS[0], ttlMs: 30 } as const
  const [owner, other] = d.pick([
    ['cart-1', 'cart-2'],
    ['cart-2', 'cart-1'],
  ] as const)
  const all = (): ListedCommand => {
    const of = { owner: d.pick([owner, other]) }
    const verb = d.pick(['confirmAll', 'extendAll', 'releaseAll'] as const)
    return verb === 'extendAll' ? { verb, of, ttlMs: 100 } : { verb, of }
  }
  const given = { verb: 'changeOwner', reservationId: { result: 0 }, owner: other } as const
  const first = { ...hold, qty: 1, owner }
  return d.chance(50) ? [first, all()] : [first, given, { ...hold, qty: 1, owner }, all(), all()]
}

/** For a list: sometimes refers to the answer of an earlier command of it. */
function following(
  d: Dice,
  command: SingleCommand,
  earlier: readonly ListedCommand[],
): ListedCommand {
  if (earlier.length === 0 || d.chance(40)) return command
  const result = d.below(earlier.length)
  const { answers } = COMMANDS[earlier[result]!.verb]
  const isSplit = answers === 'legs'
  // Other kinds of answer have no reservation: that is refused.
  if (!isSplit && answers !== 'reservation' && answers !== 'sale' && !d.chance(3)) return command
  const one = isSplit ? { result, leg: d.below(d.chance(10) ? 3 : 1) } : { result }
  if ('reservationId' in command) return { ...command, reservationId: one }
  return command.verb === 'reserve' ? { ...command, replaces: one } : command
}

/** One of twelve commands with a key each; sometimes the key comes with another command. */
function keyed(d: Dice): Command {
  const number = d.below(12)
  const qty = 1 + (d.chance(15) ? number : number % 3)
  const at = { warehouseId: 'SF', productId: PRODUCTS[0], qty }
  const idempotencyKey = `key-${number}`
  if (number % 4 === 2)
    return { verb: 'sell', ...at, ship: true, reference: { type: 'bill', id: '1' }, idempotencyKey }
  if (number % 4 === 3) {
    const sold = { verb: 'confirm', reservationId: { result: 0 }, qty: 1, rest: 'hold' } as const
    const commands: ListedCommand[] = [{ verb: 'reserve', ...at, ttlMs: 100 }, sold]
    return { verb: 'atomically', commands, idempotencyKey }
  }
  return { verb: 'reserve', ...at, ttlMs: 100, idempotencyKey }
}

/** The same command, with something in it that is never valid. */
function spoiled(d: Dice, sound: SingleCommand): SingleCommand {
  const poison = d.pick(['', '\u0000', 'a\u009fb', '\ud800', 'x'.repeat(129)])
  const fault = d.pick<Record<string, unknown>>([
    { qty: 0 },
    { qty: -1 },
    { qty: 1.5 },
    { qty: 1e12 + 1 },
    { qty: '3' },
    { ttlMs: 0 },
    { ttlMs: 31_622_400_001 },
    { productId: poison },
    { warehouseId: poison },
    { reservationId: poison },
    { productId: d.pick(UNSEEN) },
    { warehouseId: d.pick(UNSEEN) },
    { warehouseOrder: ['SF', d.pick(UNSEEN)] },
    { actor: poison },
    { metadata: { key: '\ud800' } },
    { onwer: 'cart-1' },
    { group: d.pick(['', '\u0000', 'x'.repeat(256)]) },
    { reference: d.pick<unknown>([null, 'order:1', { type: 'order' }, { type: 'a:b', id: '1' }]) },
    { replaces: poison },
    {
      [d.pick(['reservationId', 'replaces'])]: d.pick([{ result: 9 }, { result: 0, leg: -1 }, {}]),
    },
    { reservations: d.pick<unknown>([[], ['a', 'a'], [poison], 'a']) },
    { ifSeq: d.pick<unknown>([-1, 0.5, '3']) },
    { rest: 'keep' },
    { into: 'moon' },
    { ship: 'yes' },
    { unsellable: 26 },
    { expected: -1 },
    { of: d.pick<unknown>([{}, { owner: 'a', group: 'b' }, { owner: poison }, 'cart-1']) },
    { asOf: d.pick<unknown>([{}, { seq: -1 }, { seq: 1, time: 1 }, 7]) },
  ])
  return { ...sound, ...fault }
}
