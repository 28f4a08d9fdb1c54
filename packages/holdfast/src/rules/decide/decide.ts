import { RESULT_FIELDS, type Result } from '../../model/commands/field.ts'
import { InventoryError } from '../../model/errors.ts'
import { invalid } from '../../model/limits.ts'
import type { Reservation } from '../../model/reservation.ts'
import type {
  Atomically,
  Command,
  ListedCommand,
  SingleAnswer,
  SingleCommand,
  SingleVerb,
} from '../../model/commands/commands.ts'
import type { Decision, Decisions } from '../decision.ts'
import { UnitOfWork } from '../unit-of-work.ts'
import { RESERVATION_DECISIONS } from './reservations.ts'
import { STOCK_DECISIONS } from './stock.ts'
import { TRANSFER_DECISIONS } from './transfers.ts'
import { WAREHOUSE_DECISIONS } from './warehouses.ts'

const DECISIONS: Decisions<SingleVerb> = {
  ...STOCK_DECISIONS,
  ...RESERVATION_DECISIONS,
  ...TRANSFER_DECISIONS,
  ...WAREHOUSE_DECISIONS,
}

export type Answer = SingleAnswer | { readonly answers: readonly SingleAnswer[] }

/**
 * Decides one command that `checkCommand` let through: it is done, or refused and nothing has changed. Every
 * refusal keeps one order: input, warehouse or record, state, stock, capacity.
 * @throws InventoryError
 */
export function decide(unit: UnitOfWork, command: Command): Answer {
  unit.actor = command.actor ?? null
  unit.metadata = command.metadata ?? null
  unit.reference = command.reference ?? null
  unit.group = command.group ?? null
  unit.ownGroup = null
  return command.verb === 'atomically' ? atomically(unit, command) : single(unit, command)
}

function single(unit: UnitOfWork, command: SingleCommand): SingleAnswer {
  // The verb says which command it is: the table is typed by it.
  const decision = DECISIONS[command.verb] as Decision<SingleCommand, SingleAnswer>
  return unit.decide(decision, command)
}

/**
 * All or nothing: the commands run in a unit of work of their own, which is dropped if one is refused. In
 * order, each seeing the ones before it: two lines of one product count as their sum. The refusal
 * names the first command that does not fit by its index.
 */
function atomically(
  unit: UnitOfWork,
  command: Atomically,
): { readonly answers: readonly SingleAnswer[] } {
  const own = new UnitOfWork(unit)
  own.ownGroup = unit.group === null ? own.newGroup() : null
  const answers: SingleAnswer[] = []
  for (const [index, inner] of command.commands.entries()) {
    own.actor = inner.actor ?? unit.actor
    own.metadata = inner.metadata ?? unit.metadata
    own.reference = inner.reference ?? unit.reference
    own.group = inner.group ?? unit.group
    try {
      answers.push(single(own, withAnswers(inner, answers)))
    } catch (error) {
      throw error instanceof InventoryError ? error.at(index) : error
    }
  }
  own.merge()
  return { answers }
}

/** The command with the ids of earlier answers in the place of results. @throws InvalidInputError */
function withAnswers(command: ListedCommand, answers: readonly SingleAnswer[]): SingleCommand {
  const fields: Readonly<Record<string, unknown>> = command
  let own: Record<string, unknown> | null = null
  for (const name of RESULT_FIELDS) {
    const value = fields[name]
    if (typeof value !== 'object') continue
    own ??= { ...fields }
    own[name] = idOf(value as Result, name, answers)
  }
  return (own ?? command) as SingleCommand
}

function idOf({ result, leg }: Result, name: string, answers: readonly SingleAnswer[]): string {
  const answer = answers[result] as Reservation | { readonly reservations: readonly Reservation[] }
  if (!('reservations' in answer)) return answer.id
  const found = answer.reservations[leg!]
  if (found !== undefined) return found.id
  throw invalid(`${name}.leg`, `is none of ${answer.reservations.length} legs`)
}

/** Whether a command of a list names an earlier answer, and so cannot be decided without that. */
export function namesResult(command: ListedCommand): boolean {
  const fields: Readonly<Record<string, unknown>> = command
  return RESULT_FIELDS.some((name) => typeof fields[name] === 'object')
}
