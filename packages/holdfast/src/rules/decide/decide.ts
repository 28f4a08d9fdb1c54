import { InventoryError } from '../../model/errors.ts'
import type {
  Atomically,
  Command,
  SingleAnswer,
  SingleCommand,
  SingleVerb,
} from '../../model/commands/commands.ts'
import type { Decision, Decisions } from '../decision.ts'
import { UnitOfWork } from '../unit-of-work.ts'
import { RESERVATION_DECISIONS } from './reservations.ts'
import { STOCK_DECISIONS } from './stock.ts'
import { TRANSFER_DECISIONS } from './transfers.ts'

const DECISIONS: Decisions<SingleVerb> = {
  ...STOCK_DECISIONS,
  ...RESERVATION_DECISIONS,
  ...TRANSFER_DECISIONS,
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
  const answers = command.commands.map((inner, index) => {
    own.actor = inner.actor ?? unit.actor
    own.metadata = inner.metadata ?? unit.metadata
    try {
      return single(own, inner)
    } catch (error) {
      throw error instanceof InventoryError ? error.at(index) : error
    }
  })
  own.merge()
  return { answers }
}
