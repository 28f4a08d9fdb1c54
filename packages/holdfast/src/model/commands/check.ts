import { InvalidInputError, InventoryError } from '../errors.ts'
import { checkObject, invalid, LIMITS } from '../limits.ts'
import { COMMANDS, type Command, type SingleVerb } from './commands.ts'
import type { Check, Field } from './fields/field.ts'
import { onHand, qty } from './fields/numbers.ts'
import { COMMON } from './fields/of-every-command.ts'
import { RESULT_FIELDS } from './fields/result.ts'

type Checked = Pick<Field, 'check' | 'optional'>

/** How a command is checked. */
export interface Plan {
  readonly verb: string
  readonly names: ReadonlySet<string>
  /** Required fields first. */
  readonly fields: readonly (readonly [name: string, field: Checked])[]
}

export function planOf(verb: string, own: Readonly<Record<string, Checked>>): Plan {
  const all = { ...own, verb: VERB, ...COMMON }
  const fields = Object.entries(all)
  const inOrder = [
    ...fields.filter(([, f]) => !f.optional),
    ...fields.filter(([, f]) => f.optional),
  ]
  return { verb, names: new Set(Object.keys(all)), fields: inOrder }
}

const VERB: Checked = { check: () => undefined, optional: false }
const LIST: Checked = { check: checkCommands, optional: false }

const PLANS: ReadonlyMap<string, Plan> = new Map(
  [
    ...Object.entries(COMMANDS).map(([verb, { fields }]) => planOf(verb, fields)),
    planOf('atomically', { commands: LIST }),
  ].map((plan) => [plan.verb, plan]),
)

/** The names of each verb's fields, sorted, for the fingerprint. */
export const FIELD_NAMES: ReadonlyMap<string, readonly string[]> = new Map(
  [...PLANS].map(([verb, plan]) => [verb, namesOf(plan)]),
)

export function namesOf({ names }: Plan): readonly string[] {
  return [...names].sort()
}

/**
 * Rejects what no state of the inventory could accept: a wrong type or bound, a missing field, or an unknown one. (A
 * mistyped `onwer` would otherwise be ignored silently.)
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
  if (value['asOf'] !== undefined && value['expected'] !== undefined)
    throw invalid('asOf', 'cannot be combined with expected')
}

/** @throws InvalidInputError, InvalidQtyError */
export function checkFields(plan: Plan, value: Record<string, unknown>): void {
  let left = 0
  for (const name in value) {
    if (!plan.names.has(name)) throw invalid(name, `is not a field of ${plan.verb}`)
    left++
  }
  for (const [name, field] of plan.fields) {
    // Most optional fields are absent: no need to look for each.
    if (left === 0 && field.optional) return
    const given = value[name]
    if (given !== undefined) field.check(given, name)
    else if (!field.optional) throw missing(name, field.check)
    if (given !== undefined || name in value) left--
  }
}

/** A missing quantity is INVALID_QTY, like a wrong one. */
function missing(name: string, check: Check): InvalidInputError {
  if (check === qty.check || check === onHand.check) check(undefined, name)
  return invalid(name, 'is missing')
}

/** A list of 1 to 1,000 elements, which are not checked here. @throws InvalidInputError */
export function checkList(value: unknown, name: string): asserts value is readonly unknown[] {
  if (!Array.isArray(value)) throw invalid(name, 'must be a list of commands')
  if (value.length === 0) throw invalid(name, 'must not be empty')
  if (value.length > LIMITS.commands)
    throw invalid(name, `must have at most ${LIMITS.commands} commands`)
}

function checkCommands(value: unknown, name: string): void {
  checkList(value, name)
  // Not `forEach`, which skips the holes of a list.
  for (const [index, command] of value.entries()) checkInner(command, index, value)
}

function checkInner(given: unknown, index: number, list: readonly unknown[]): void {
  try {
    const command: unknown = withoutResults(given, index, list)
    checkCommand(command)
    if (command.verb === 'atomically') throw invalid('verb', 'atomically cannot be nested')
    if (command.idempotencyKey !== undefined)
      throw invalid('idempotencyKey', 'belongs to atomically itself, not to a command in it')
  } catch (error) {
    throw error instanceof InventoryError ? error.at(index) : error
  }
}

/** The command with an id in place of each `result`; the results are checked here. @throws InvalidInputError */
function withoutResults(given: unknown, index: number, list: readonly unknown[]): unknown {
  if (typeof given !== 'object' || given === null) return given
  let command = given as Readonly<Record<string, unknown>>
  for (const name of RESULT_FIELDS) {
    const value = command[name]
    if (typeof value !== 'object' || value === null) continue
    checkResult(value as Readonly<Record<string, unknown>>, name, index, list)
    command = { ...command, [name]: 'result' }
  }
  return command
}

function checkResult(
  value: Readonly<Record<string, unknown>>,
  name: string,
  index: number,
  list: readonly unknown[],
): void {
  for (const key in value)
    if (key !== 'result' && key !== 'leg') throw invalid(`${name}.${key}`, 'is not a field of it')
  const { result, leg } = value
  if (!Number.isSafeInteger(result) || (result as number) < 0 || (result as number) >= index)
    throw invalid(`${name}.result`, 'must be the index of an earlier command, counted from 0')
  const { verb } = list[result as number] as { readonly verb: SingleVerb }
  const { answers } = COMMANDS[verb]
  if (answers === 'legs') {
    if (Number.isSafeInteger(leg) && (leg as number) >= 0) return
    throw invalid(`${name}.leg`, 'must be the index of a leg of the split order, counted from 0')
  }
  if (leg !== undefined) throw invalid(`${name}.leg`, `is not a field of ${verb}`)
  if (answers !== 'reservation' && answers !== 'sale')
    throw invalid(`${name}.result`, `must refer to a command that answers with a reservation`)
}
