import { deepEqual, equal, ok as holds } from 'node:assert/strict'
import type { CommandDefinition } from '../model/commands/command.ts'
import { COMMANDS, COMMON_REFUSALS, type Command } from '../model/commands/commands.ts'
import type { RefusalCode } from '../model/refusals.ts'
import { InventoryError } from '../model/errors.ts'
import type { Inventory } from '../engine/inventory.ts'
import { collect, everyPage } from './listing.ts'
import type { ManualClock } from './manual-clock.ts'
import { Unknowns } from './reference/unknowns.ts'
import { ReferenceModel, type ModelOptions, type ModelOutcome } from './reference-model.ts'
import type { Known, Step } from './workload.ts'

/** Gives commands to an inventory and to the reference model, and compares everything. */
export class SideBySide {
  #inventory: Inventory
  readonly #model: ReferenceModel
  readonly #clock: ManualClock
  readonly #unknowns = new Unknowns()
  #compared = 0
  /** How many commands had each outcome. */
  readonly outcomes = new Map<string, number>()

  private constructor(inventory: Inventory, model: ReferenceModel, clock: ManualClock) {
    this.#inventory = inventory
    this.#model = model
    this.#clock = clock
  }

  /** For an inventory that contains only its warehouses. */
  static async begin(
    inventory: Inventory,
    clock: ManualClock,
    options: Omit<ModelOptions, 'entries'>,
  ): Promise<SideBySide> {
    const entries = await collect(inventory.audit())
    const model = new ReferenceModel({ ...options, entries })
    model.passTime(clock.now())
    return new SideBySide(inventory, model, clock)
  }

  /** Continues with the same inventory, opened again. */
  goOnWith(inventory: Inventory): void {
    this.#inventory = inventory
  }

  get known(): Known {
    return knownTo(this.#model)
  }

  /** Runs a step on both sides and compares their answers. @throws AssertionError */
  async run(step: Step): Promise<void> {
    if (step.kind === 'pass') {
      this.#clock.advance(step.ms)
      this.#model.passTime(this.#clock.now())
      return
    }
    const outcomes =
      step.kind === 'batch' ? await this.#batch(step.commands) : await this.#each(step.commands)
    // A batch with a malformed command is refused as a whole.
    if (outcomes === null) return
    for (const [index, command] of step.commands.entries()) {
      const real = outcomes[index]!
      const ids = real.ok ? madeIn(this.#model, command, real.value) : []
      const expected = this.#model.execute(command, this.#clock.now(), ids)
      const end = expected.ok ? command.verb : expected.code
      this.outcomes.set(end, (this.outcomes.get(end) ?? 0) + 1)
      this.#compare(command, real, expected)
    }
  }

  /** Compares all that can be read: new entries, every level, every reservation and transfer. */
  async compareState(): Promise<void> {
    const fresh = await collect(this.#inventory.audit({ after: this.#compared }))
    this.#same(fresh, this.#model.entries.slice(this.#compared))
    this.#compared += fresh.length
    const levels = await everyPage((cursor) => this.#inventory.listStock({ cursor, limit: 1000 }))
    deepEqual(new Set(levels.map(line)), new Set(this.#model.levels().map(line)))
    const reservations = await everyPage((cursor) =>
      this.#inventory.listReservations({ cursor, limit: 1000 }),
    )
    this.#same(reservations.toReversed(), this.#model.reservations())
    const transfers = await everyPage((cursor) =>
      this.#inventory.listTransfers({ cursor, limit: 1000 }),
    )
    this.#same(transfers.toReversed(), this.#model.transfers())
  }

  #same(real: unknown, expected: unknown, about?: string): void {
    const both = [plain(real), plain(this.#unknowns.resolve(expected, real))] as const
    // The assertion's own message shows the difference.
    if (about === undefined) deepEqual(...both)
    else deepEqual(...both, about)
  }

  async #each(commands: readonly Command[]): Promise<ModelOutcome[]> {
    return Promise.all(
      commands.map((command) => this.#inventory.execute(command).then(success, refusal)),
    )
  }

  async #batch(commands: readonly Command[]): Promise<ModelOutcome[] | null> {
    const result = await this.#inventory.batch({ commands }).catch(refusal)
    if (!('answers' in result)) {
      holds(
        !result.ok && /^INVALID_(INPUT|QTY)$/.test(result.code),
        'a batch was refused as a whole',
      )
      return null
    }
    return result.answers.map((answer) => {
      // The model does not mark repeated answers.
      if (!answer.ok) return answer
      const {
        ok: _ok,
        replayed: _replayed,
        ...value
      } = answer as typeof answer & { replayed?: true }
      return success(value)
    })
  }

  #compare(command: Command, real: ModelOutcome, expected: ModelOutcome): void {
    const about = JSON.stringify({ command, real, expected })
    if (expected.ok || real.ok) return this.#same(real, expected, about)
    equal(real.code, expected.code, about)
    holds(isDeclared(command, real), about)
    compareDetails(this.#unknowns, real, expected, about)
  }
}

type RefusedOutcome = Extract<ModelOutcome, { ok: false }>

/** For malformed input the model knows only the code. */
export function compareDetails(
  unknowns: Unknowns,
  real: Pick<RefusedOutcome, 'code' | 'details'>,
  expected: RefusedOutcome,
  about: string,
): void {
  const isInput = /^INVALID_(INPUT|QTY)$/.test(real.code) && !('open' in expected.details)
  if (isInput) return equal(real.details['index'], expected.details['index'], about)
  const { reservations, heldByOwner, ...details } = real.details
  const { reservations: claims, heldByOwner: most, ...told } = expected.details
  deepEqual(plain(details), plain(unknowns.resolve(told, details, true)), about)
  // As far as they are in memory.
  if (heldByOwner !== undefined)
    holds(Number(heldByOwner) > 0 && Number(heldByOwner) <= Number(most), about)
  equal(reservations === undefined, claims === undefined, about)
  if (reservations !== undefined)
    compareClaims(reservations as readonly Claim[], claims as readonly Claim[], about)
}

interface Claim {
  readonly id: string
  readonly qty: number
  readonly status: string
}

/**
 * Up to ten of those in the way; the inventory chooses which. (Inside an atomically it may name reservations of that
 * same atomically, which never came to exist.)
 */
function compareClaims(named: readonly Claim[], claims: readonly Claim[], about: string): void {
  equal(named.length, Math.min(10, claims.length), about)
  equal(new Set(named.map(({ id }) => id)).size, named.length, about)
  const isSame = (one: Claim, other: Claim): boolean =>
    (one.id === other.id || other.id.startsWith('?')) &&
    one.qty === other.qty &&
    one.status === other.status
  for (const one of named) {
    const isThere = claims.some((other) => isSame(one, other))
    holds(isThere, `${one.id} of ${JSON.stringify(claims)}: ${about}`)
  }
}

/** What a workload knows of a model. */
export function knownTo(model: ReferenceModel): Known {
  return {
    reservations: model.reservations(),
    transfers: model.transfers(),
    seq: model.entries.length,
  }
}

/** Whether the command's definition declares this refusal; for a list, that of the refused command. */
function isDeclared(command: Command, { code, details }: RefusedOutcome): boolean {
  const isList = command.verb === 'atomically'
  const one = isList ? command.commands[Number(details['index'])] : command
  const definition: CommandDefinition | undefined = one && COMMANDS[one.verb]
  const all = [...(definition?.refusals ?? []), ...COMMON_REFUSALS]
  return all.includes(code as RefusalCode)
}

function success(value: object): ModelOutcome {
  return { ok: true, value }
}

function refusal(error: unknown): ModelOutcome {
  if (!(error instanceof InventoryError)) throw error
  return { ok: false, code: error.code, details: error.details }
}

/** Ids of the records that this answer was the first to contain, in order: it made them. */
export function madeIn(model: ReferenceModel, command: Command, answer: object): string[] {
  const old = new Set([...model.reservations(), ...model.transfers()].map(({ id }) => id))
  return [...new Set(idsIn(command, answer))].filter((id) => !old.has(id))
}

function idsIn(command: Command, answer: object): string[] {
  if (command.verb === 'atomically') {
    const { answers } = answer as { answers: object[] }
    return command.commands.flatMap((one, i) => idsIn(one as Command, answers[i]!))
  }
  const kind = COMMANDS[command.verb].answers
  if (kind === 'level' || kind === 'warehouse') return []
  const { id, rest, reservations = [] } = answer as Partial<Answer> & { rest?: Answer }
  return [id, rest?.id, ...reservations.map((one) => one.id)].filter((one) => one !== undefined)
}

interface Answer {
  readonly id: string
  readonly reservations: readonly { readonly id: string }[]
}

/** Without prototypes and frozenness: what a JSON reader would see. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

function line(level: object): string {
  return JSON.stringify(level, Object.keys(level).sort())
}
