import { isDeepStrictEqual } from 'node:util'
import type {
  AuditEntry,
  BatchResult,
  Command,
  Inventory,
  InventoryError,
  Reservation,
} from '../../../src/index.ts'
import type { Journal, Told } from './journal.ts'
import type { Keyed } from './traffic.ts'

/** An entry that a command writes besides its own effect: another hold's expiry, the other half of a transfer. */
function isBeside(entry: AuditEntry): boolean {
  const { because } = entry.metadata
  return because === 'expired' || because === 'unconfirmed' || entry.type === 'TRANSFERRED_IN'
}

/** The least and the most effects of an answered command. */
function effectsOf(command: Command, told: Told): readonly [least: number, most: number] {
  if ('code' in told) return [0, 0]
  switch (command.verb) {
    // These may find nothing left to do.
    case 'release':
    case 'changeOwner':
      return [0, 1]
    case 'moveReservation':
      return [0, 3]
    case 'reserve':
      return command.replaces === undefined ? [1, 1] : [0, 2]
    case 'confirm':
      if (command.reacquire === true) return [0, 2]
      return [1, command.rest === 'hold' ? 2 : 1]
    case 'countStock':
      return [command.onlyIfChanged === true ? 0 : 1, 1]
    case 'sell':
      return command.ship === true ? [3, 3] : [2, 2]
    case 'returnGoods':
      return command.into === 'available' ? [2, 2] : [1, 1]
    case 'atomically':
      return [command.commands.length, command.commands.length]
    default: {
      const { reservations } = told.answer as { reservations?: readonly unknown[] }
      return reservations === undefined ? [1, 1] : [reservations.length, reservations.length]
    }
  }
}

/**
 * Checks a reopened inventory against everything promised before the crash. `broken` lists what is wrong; `settled`
 * commands were sent again, because their outcome was unknown.
 */
export class PromiseKeeper {
  readonly broken: string[] = []
  settled = 0
  readonly #inventory: Inventory
  readonly #journal: Journal
  readonly #entries = new Map<string, AuditEntry[]>()
  readonly #bySeq = new Map<number, AuditEntry>()
  #through: number

  constructor(inventory: Inventory, journal: Journal, after = 0) {
    this.#inventory = inventory
    this.#journal = journal
    this.#through = after
  }

  async check(): Promise<void> {
    await this.#readTrail()
    for (const [key, told] of this.#journal.told) this.#checkEntry(key, told)
    for (const [key, why] of this.#journal.failed) {
      if (why !== 'COMMIT_UNKNOWN' && this.#entries.has(key))
        this.broken.push(`${key}: told ${why}, which means not executed, but it was`)
    }
    await this.#sendAgain(this.#journal.unknown, true)
    await this.#sendAgain([...this.#journal.tried.values()], false)
    await this.#readTrail()
    for (const [key, told] of this.#journal.told) this.#countEffects(key, told)
    await this.#checkReservations()
  }

  async #readTrail(): Promise<void> {
    for await (const entry of this.#inventory.audit({ after: this.#through })) {
      this.#through = entry.seq
      this.#bySeq.set(entry.seq, entry)
      const { key } = entry.metadata
      if (key === undefined || isBeside(entry)) continue
      const own = this.#entries.get(key)
      if (own === undefined) this.#entries.set(key, [entry])
      else own.push(entry)
    }
  }

  /** The answer's entry exists, and belongs to this command. */
  #checkEntry(key: string, told: Told): void {
    const command = this.#journal.tried.get(key)!
    const [least] = effectsOf(command, told)
    if ('code' in told || least === 0) return
    const entry = this.#bySeq.get(told.answer.seq)
    if (entry?.metadata['key'] !== key)
      this.broken.push(`${key}: ${command.verb} was acknowledged, entry ${told.answer.seq} is lost`)
  }

  /** Sends commands a second time; answered ones must get the same answer. */
  async #sendAgain(commands: readonly Keyed[], unheard: boolean): Promise<void> {
    for (let from = 0; from < commands.length; from += 1000) {
      const some = commands.slice(from, from + 1000)
      const { answers } = (await this.#inventory.batch({ commands: some })) as BatchResult<
        Command[]
      >
      some.forEach((command, index) => {
        const { ok, replayed: _, ...answer } = answers[index]!
        const now = ok ? { answer } : { code: (answer as InventoryError).code }
        if (unheard) this.#hear(command.idempotencyKey, now as Told)
        else this.#compare(command.idempotencyKey, now as Told)
      })
    }
  }

  #hear(key: string, now: Told): void {
    this.settled++
    this.#journal.told.set(key, now)
  }

  #compare(key: string, now: Told): void {
    const told = this.#journal.told.get(key)!
    // Bad input is refused, and not remembered: later, something else may be wrong.
    if ('code' in told && told.code === 'INVALID_INPUT') return
    const before = 'code' in told ? { code: told.code } : { answer: told.answer }
    if (isDeepStrictEqual(plain(now), plain(before))) return
    this.broken.push(`${key}: told ${JSON.stringify(before)}, now ${JSON.stringify(now)}`)
  }

  #countEffects(key: string, told: Told): void {
    const command = this.#journal.tried.get(key)!
    const [least, most] = effectsOf(command, told)
    const found = this.#entries.get(key)?.length ?? 0
    if (found < least || found > most)
      this.broken.push(`${key}: ${command.verb} has ${found} effects, not ${least} to ${most}`)
  }

  /** Every reservation is as the last answer about it said. */
  async #checkReservations(): Promise<void> {
    const newest = new Map<string, Made & { seq: number }>()
    for (const told of this.#journal.told.values()) {
      if ('code' in told) continue
      for (const made of madeIn(told.answer)) {
        const before = newest.get(made.id)
        const { seq } = told.answer
        if (before === undefined || before.seq <= seq) newest.set(made.id, { ...made, seq })
      }
    }
    for (const [reservationId, told] of newest) {
      const now = await this.#inventory.getReservation({ reservationId })
      const expired =
        now.status === 'EXPIRED' && told.status === 'PENDING' && now.expiresAt < Date.now()
      // Another reservation replaced it: that one's answer reported this.
      const isReplaced = now.replacedBy !== null && told.replacedBy === null
      if (now.qty !== told.qty || !(expired || isReplaced || shown(now) === shown(told)))
        this.broken.push(`${reservationId}: ${shown(told)} told, ${shown(now)} found`)
    }
  }
}

type Made = Pick<
  Reservation,
  'id' | 'status' | 'qty' | 'released' | 'shipped' | 'cancelled' | 'cameBack' | 'replacedBy'
>

function shown({ status, qty, released, shipped, cancelled, cameBack }: Made): string {
  return `${status} ${released}/${shipped}/${cancelled}/${cameBack} of ${qty}`
}

function madeIn(answer: Record<string, unknown>): Made[] {
  const {
    reservations = [],
    answers = [],
    rest,
  } = answer as {
    reservations?: Made[]
    rest?: Made
    answers?: Record<string, unknown>[]
  }
  const own = 'expiresAt' in answer ? [answer as unknown as Made] : []
  return [
    ...own,
    ...(rest === undefined ? [] : [rest]),
    ...reservations,
    ...answers.flatMap(madeIn),
  ]
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}
