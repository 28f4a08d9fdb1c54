import type { Reservation } from '../reservation.ts'
import type { LevelCounts } from '../level-counts.ts'
import type { Transfer } from '../transfer.ts'
import type { RefusalCode } from '../refusals.ts'
import type { WarehouseView } from '../warehouse-record.ts'
import {
  RESOURCES,
  reaches,
  type AnswerKind,
  type CommandDefinition,
  type Role,
} from './command.ts'
import type { FieldsOf } from './fields/field.ts'
import type { Common } from './fields/of-every-command.ts'
import type { Result } from './fields/result.ts'
import { RESERVATION_COMMANDS } from './reservations.ts'
import { STOCK_COMMANDS } from './stock.ts'
import { TRANSFER_COMMANDS } from './transfers.ts'
import { WAREHOUSE_COMMANDS } from './warehouses.ts'

/** Named: spelled out in a declaration file, the verbs would lose their comments, which editors show. */
type Definitions = typeof STOCK_COMMANDS &
  typeof RESERVATION_COMMANDS &
  typeof TRANSFER_COMMANDS &
  typeof WAREHOUSE_COMMANDS

/** Every verb that is one record of fields. To add one, define it here and decide it in `rules/decide/`. */
export const COMMANDS: Definitions = {
  ...STOCK_COMMANDS,
  ...RESERVATION_COMMANDS,
  ...TRANSFER_COMMANDS,
  ...WAREHOUSE_COMMANDS,
}

/** A verb that `atomically` can contain. */
export type SingleVerb = keyof Definitions
export type Verb = SingleVerb | 'atomically'

export const SINGLE_VERBS = Object.keys(COMMANDS) as readonly SingleVerb[]

/** Refusals that any command can get. */
export const COMMON_REFUSALS = [
  'INVALID_INPUT',
  'INVALID_QTY',
  'IDEMPOTENCY_CONFLICT',
] as const satisfies readonly RefusalCode[]

/**
 * The fields of a verb, and those common to all commands.
 * @example
 * const hold: CommandOf<'reserve'> = { warehouseId: 'SF', productId: 'MUG', qty: 1, ttlMs: 60_000 }
 */
export type CommandOf<V extends SingleVerb> = FieldsOf<Definitions[V]['fields']> & Common

/** A command as data, with its verb. */
export type SingleCommand = {
  [V in SingleVerb]: { readonly verb: V } & CommandOf<V>
}[SingleVerb]

/** A command's fields, where a reservation may be the result of an earlier command of the list. */
type Listed<Fields> = {
  readonly [Name in keyof Fields]: Name extends 'reservationId' | 'replaces'
    ? Fields[Name] | Result
    : Fields[Name]
}

/**
 * A command inside `atomically`. In place of a reservation, `{ result: 0 }` is the one that command 0 of the list
 * answers; for a split order, `leg` says which.
 * @example
 * const sell: ListedCommand = { verb: 'confirm', reservationId: { result: 0 } }
 */
export type ListedCommand = {
  [V in SingleVerb]: { readonly verb: V } & Listed<CommandOf<V>>
}[SingleVerb]

/** 1 to 1,000 commands, in order, each seeing the effects of those before it: all of them or none. */
export interface Atomically<
  Commands extends readonly ListedCommand[] = readonly ListedCommand[],
> extends Common {
  readonly commands: Commands
}

export type Command = SingleCommand | ({ readonly verb: 'atomically' } & Atomically)

/** 1 to 1,000 commands, each accepted or refused on its own. None may have the idempotency key of the whole list. */
export interface Batch<Commands extends readonly Command[] = readonly Command[]> extends Common {
  readonly commands: Commands
}

/** The type of each kind of answer. */
interface Answers {
  level: LevelCounts
  reservation: Reservation
  sale: Reservation & { readonly rest?: Reservation | undefined }
  transfer: Transfer
  move: Transfer & { readonly reservations?: readonly Reservation[] | undefined }
  legs: { readonly reservations: readonly Reservation[] }
  changed: { readonly reservations: readonly Reservation[] }
  warehouse: WarehouseView
}

/** A verb's answer inside `atomically`. Alone, and in a `batch`, it also has a `seq`. */
export type SingleAnswer<V extends SingleVerb = SingleVerb> = Answers[Definitions[V]['answers'] &
  AnswerKind]

/** The answer to each command of `atomically`. */
export type AnswersOf<Commands extends readonly ListedCommand[]> = {
  readonly [Index in keyof Commands]: SingleAnswer<Commands[Index]['verb']>
}

/** The position of an answer in the trail: a command's last entry, or where a read was made. */
export interface Answered {
  readonly seq: number
}

/** What a command answers. */
export type AnswerTo<C extends Command> = C extends {
  readonly verb: 'atomically'
  readonly commands: infer Inner extends readonly ListedCommand[]
}
  ? AtomicAnswer<Inner>
  : C extends { readonly verb: infer V extends SingleVerb }
    ? SingleAnswer<V> & Answered
    : never

export interface AtomicAnswer<
  Commands extends readonly ListedCommand[] = readonly ListedCommand[],
> extends Answered {
  readonly answers: AnswersOf<Commands>
}

/** Whether a role can give a command. For a list, ask for each of its commands. */
export function mayGive(role: Role, verb: Verb): boolean {
  const least = Object.hasOwn(COMMANDS, verb) ? COMMANDS[verb as SingleVerb].role : 'operator'
  return reaches(role, least)
}

/** How a command is sent over HTTP, and the status of success. */
export interface Route {
  /** After the service's address; the id is in it as `{reservationId}`. */
  readonly path: string
  /** The field that is in the path instead of the body. */
  readonly inPath: string | null
  readonly status: 200 | 201
}

/** What tells of records that were there before. */
const CHANGES: ReadonlySet<AnswerKind> = new Set<AnswerKind>(['level', 'changed'])

export function routeOf({ resource, action, fields, answers }: CommandDefinition): Route {
  const id = RESOURCES[resource]
  const inPath = id !== null && Object.hasOwn(fields, id) ? id : null
  const steps = ['/v1', resource, inPath === null ? null : `{${inPath}}`, action]
  return {
    path: steps.filter((step) => step !== null).join('/'),
    inPath,
    status: inPath === null && !CHANGES.has(answers) ? 201 : 200,
  }
}

/** The verb as typed in a shell: `addStock` is `add-stock`. */
export function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
