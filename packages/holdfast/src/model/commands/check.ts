import { InvalidInputError, InventoryError } from '../errors.ts'
import { checkObject, invalid, LIMITS } from '../limits.ts'
import { COMMANDS, type Command } from './commands.ts'
import { COMMON, qty, onHand, type Check, type Field } from './field.ts'

type Checked = Pick<Field, 'check' | 'optional'>

/** How a command is checked. */
export interface Plan {
  readonly verb: string
  readonly names: ReadonlySet<string>
  readonly fields: readonly (readonly [name: string, field: Checked])[]
}

export function planOf(verb: string, own: Readonly<Record<string, Checked>>): Plan {
  const all = { ...own, verb: VERB, ...COMMON }
  return { verb, names: new Set(Object.keys(all)), fields: Object.entries(all) }
}

const VERB: Checked = { check: () => undefined, optional: false }
const LIST: Checked = { check: checkCommands, optional: false }

const PLANS: ReadonlyMap<string, Plan> = new Map(
  [
    ...Object.entries(COMMANDS).map(([verb, { fields }]) => planOf(verb, fields)),
    planOf('atomically', { commands: LIST }),
  ].map((plan) => [plan.verb, plan]),
)

/** The names of each verb's fields, sorted: what a fingerprint is made of. */
export const FIELD_NAMES: ReadonlyMap<string, readonly string[]> = new Map(
  [...PLANS].map(([verb, plan]) => [verb, namesOf(plan)]),
)

export function namesOf({ names }: Plan): readonly string[] {
  return [...names].sort()
}

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
  checkFields(plan, value)
}

/** @throws InvalidInputError, InvalidQtyError */
export function checkFields(plan: Plan, value: Record<string, unknown>): void {
  for (const name in value)
    if (!plan.names.has(name)) throw invalid(name, `is not a field of ${plan.verb}`)
  for (const [name, field] of plan.fields) {
    const given = value[name]
    if (given !== undefined) field.check(given, name)
    else if (!field.optional) throw missing(name, field.check)
  }
}

/** A missing quantity is a bad quantity, as a wrong one is. */
function missing(name: string, check: Check): InvalidInputError {
  if (check === qty.check || check === onHand.check) check(undefined, name)
  return invalid(name, 'is missing')
}

function checkCommands(value: unknown, name: string): void {
  if (!Array.isArray(value) || value.length === 0) throw invalid(name, 'must be a list of commands')
  if (value.length > LIMITS.commands)
    throw invalid(name, `must hold at most ${LIMITS.commands} commands`)
  // Not `forEach`, which leaves out the holes of a list.
  for (const [index, command] of value.entries()) checkInner(command, index)
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
