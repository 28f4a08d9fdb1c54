import { deepEqual, equal, ok as holds } from 'node:assert/strict'
import type { CommandDefinition } from '../model/commands/command.ts'
import { COMMANDS, COMMON_REFUSALS, routeOf, type Command } from '../model/commands/commands.ts'
import type { RefusalCode } from '../model/refusals.ts'
import { InventoryError } from '../model/errors.ts'
import type { Inventory } from '../engine/inventory.ts'
import { collect, everyPage } from './listing.ts'
import type { ManualClock } from './manual-clock.ts'
import { ReferenceModel, type ModelOptions, type ModelOutcome } from './reference-model.ts'
import type { Known, Step } from './workload.ts'

/** Commands given to an inventory and to the reference model, and everything compared. */
export class SideBySide {
  #inventory: Inventory
  readonly #model: ReferenceModel
  readonly #clock: ManualClock
  #compared = 0
  /** How many commands ended how. */
  readonly outcomes = new Map<string, number>()

  private constructor(inventory: Inventory, model: ReferenceModel, clock: ManualClock) {
    this.#inventory = inventory
    this.#model = model
    this.#clock = clock
  }

  /** For an inventory that holds nothing but its warehouses yet. */
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

  /** The same inventory, opened again. */
  goOnWith(inventory: Inventory): void {
    this.#inventory = inventory
  }

  get known(): Known {
    return {
      reservations: this.#model.reservations().map(({ id }) => id),
      transfers: this.#model.transfers().map(({ id }) => id),
    }
  }

  /** Does a step on both sides and compares their answers. @throws AssertionError */
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
      const expected = this.#model.execute(command, this.#clock.now(), idsIn(command, real))
      const end = expected.ok ? command.verb : expected.code
      this.outcomes.set(end, (this.outcomes.get(end) ?? 0) + 1)
      this.#compare(command, real, expected)
    }
  }

  /** Compares all that can be seen: new entries, every level, every reservation and transfer. */
  async compareState(): Promise<void> {
    const fresh = await collect(this.#inventory.audit({ after: this.#compared }))
    deepEqual(plain(fresh), plain(this.#model.entries.slice(this.#compared)))
    this.#compared += fresh.length
    const levels = await everyPage((cursor) => this.#inventory.listStock({ cursor, limit: 1000 }))
    deepEqual(new Set(levels.map(line)), new Set(this.#model.levels().map(line)))
    const reservations = await everyPage((cursor) =>
      this.#inventory.listReservations({ cursor, limit: 1000 }),
    )
    deepEqual(reservations.toReversed(), this.#model.reservations())
    const transfers = await everyPage((cursor) =>
      this.#inventory.listTransfers({ cursor, limit: 1000 }),
    )
    deepEqual(transfers.toReversed(), this.#model.transfers())
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
      const { ok, ...value } = answer
      return ok ? success(value) : answer
    })
  }

  #compare(command: Command, real: ModelOutcome, expected: ModelOutcome): void {
    const about = JSON.stringify({ command, real, expected })
    if (expected.ok || real.ok) return deepEqual(plain(real), plain(expected), about)
    equal(real.code, expected.code, about)
    holds(isDeclared(command, real.code), about)
    if (/^INVALID_(INPUT|QTY)$/.test(real.code))
      return equal(real.details['index'], expected.details['index'], about)
    const { reservations, ...details } = real.details
    deepEqual(plain(details), plain(expected.details), about)
    if (reservations !== undefined && command.verb !== 'atomically')
      this.#inTheWay(reservations as { id: string }[], about)
  }

  /**
   * Those that a refused stocktake names, hold or were sold units. (Inside an atomically it may name
   * holds of that very atomically, which never came to be.)
   */
  #inTheWay(named: readonly { id: string }[], about: string): void {
    holds(named.length >= 1 && named.length <= 10, about)
    const known = new Map(this.#model.reservations().map((one) => [one.id, one.status]))
    for (const { id } of named) holds(/^(PENDING|CONFIRMED)$/.test(known.get(id) ?? 'none'), about)
  }
}

/** Whether the definition of the command names this refusal. */
function isDeclared(command: Command, code: string): boolean {
  if (command.verb === 'atomically') return true
  const { refusals }: CommandDefinition = COMMANDS[command.verb]
  return [...refusals, ...COMMON_REFUSALS].includes(code as RefusalCode)
}

function success(value: object): ModelOutcome {
  return { ok: true, value }
}

function refusal(error: unknown): ModelOutcome {
  if (!(error instanceof InventoryError)) throw error
  return { ok: false, code: error.code, details: error.details }
}

/** Ids of the records that an answer says were made. */
function idsIn(command: Command, outcome: ModelOutcome): string[] {
  if (!outcome.ok) return []
  const { value } = outcome as { value: Record<string, unknown> }
  if (command.verb === 'atomically') {
    const answers = value['answers'] as object[]
    return command.commands.flatMap((one, i) => idsIn(one, success(answers[i]!)))
  }
  const definition: CommandDefinition = COMMANDS[command.verb]
  if (definition.answers === 'legs')
    return (value['reservations'] as { id: string }[]).map(({ id }) => id)
  return routeOf(definition).status === 201 ? [String(value['id'])] : []
}

/** Without prototypes and frozenness: what a JSON reader would see. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

function line(level: object): string {
  return JSON.stringify(level, Object.keys(level).sort())
}
