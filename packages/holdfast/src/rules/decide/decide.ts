import { RESULT_FIELDS, type Result } from '../../model/commands/fields/result.ts'
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
 * Decides one command that passed `checkCommand`: it is executed, or refused without any change. Refusals always come
 * in this order: input, warehouse or record, state, stock, capacity. They are thrown or returned, see `Decision`.
 * @throws InventoryError
 */
export function decide(unit: UnitOfWork, command: Command): Answer | InventoryError {
  unit.actor = command.actor ?? null
  unit.metadata = command.metadata ?? null
  unit.reference = command.reference ?? null
  unit.group = command.group ?? null
  unit.ownGroup = null
  return command.verb === 'atomically' ? atomically(unit, command) : single(unit, command)
}

function single(unit: UnitOfWork, command: SingleCommand): SingleAnswer | InventoryError {
  // The verb determines the command's type, and so does the table.
  const decision = DECISIONS[command.verb] as Decision<SingleCommand, SingleAnswer>
  return unit.decide(decision, command)
}

/**
 * All or none: the commands run in their own unit of work, which is dropped if one is refused. They run in order, and
 * each sees the effects of those before it, so two lines of one product must fit together. The refusal has the index of
 * the refused command.
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
      const answer = single(own, withAnswers(inner, answers))
      if (answer instanceof InventoryError) throw answer
      answers.push(answer)
    } catch (error) {
      throw error instanceof InventoryError ? error.at(index) : error
    }
  }
  own.merge()
  return { answers }
}

/** The command with the ids of earlier answers in place of results. @throws InvalidInputError */
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
  throw invalid(`${name}.leg`, `is not one of the ${answer.reservations.length} legs`)
}

/** Whether a command of a list refers to an earlier answer, so that it cannot be decided on its own. */
export function namesResult(command: ListedCommand): boolean {
  const fields: Readonly<Record<string, unknown>> = command
  return RESULT_FIELDS.some((name) => typeof fields[name] === 'object')
}
