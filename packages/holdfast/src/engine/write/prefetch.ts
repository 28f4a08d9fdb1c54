import type { Command, ListedCommand } from '../../model/commands/commands.ts'
import type { Result } from '../../model/commands/field.ts'
import { assert, InventoryError } from '../../model/errors.ts'
import { decide, namesResult } from '../../rules/decide/decide.ts'
import type { UnitOfWork } from '../../rules/unit-of-work.ts'
import { NOT_LOADED, type CachedState } from '../cache/cached-state.ts'
import { runInternal, type Job } from './job.ts'

/**
 * Runs jobs on a unit of work that is dropped, each for itself, only to note what they will
 * look up: one load then serves a whole batch, where each command would have asked for its own.
 * `isAnswered` tells by its key whether a command has its answer already, and notes the need if that is not known.
 */
export function noteNeeds(
  jobs: readonly Job[],
  scratch: UnitOfWork,
  root: CachedState,
  isAnswered: (key: string) => boolean,
): void {
  for (const job of jobs) {
    if (job.kind === 'internal') note(scratch, () => runInternal(job, scratch))
    else if (job.kind === 'document') note(scratch, () => root.document(job.document.name))
    else if (job.kind !== 'forget')
      for (const { key, decided } of job.kind === 'batch' ? job.jobs : [job])
        note(scratch, () => {
          if (key === null || !isAnswered(key)) noteCommand(decided, scratch)
        })
  }
}

function noteCommand(command: Command, scratch: UnitOfWork): void {
  if (command.verb !== 'atomically') note(scratch, () => decide(scratch, command))
  else
    for (const each of command.commands)
      if (!namesResult(each)) note(scratch, () => decide(scratch, each as Command))
      else noteNamed(each, command.commands, scratch)
}

/**
 * Of a command that names an earlier answer, which is not there yet: what it will look up as far as its fields tell.
 * Found one by one, the records of a long list would be as many loads, each for the whole batch.
 */
function noteNamed(
  command: ListedCommand,
  list: readonly ListedCommand[],
  scratch: UnitOfWork,
): void {
  const { warehouseId, toWarehouseId, reservationId, replaces } = command as Named
  const productId = productOf(command, list)
  for (const id of [reservationId, replaces])
    if (typeof id === 'string') note(scratch, () => scratch.findReservation(id))
  if (productId === null) return
  for (const id of [warehouseId, toWarehouseId])
    if (id !== undefined) note(scratch, () => scratch.findLevel(id, productId))
}

interface Named {
  readonly productId?: string
  readonly warehouseId?: string
  readonly toWarehouseId?: string
  readonly reservationId?: string | Result
  readonly replaces?: string | Result
}

/** The product of a command, or of the earlier one that it names; null where none says it. */
function productOf(command: ListedCommand, list: readonly ListedCommand[]): string | null {
  let one = command as Named
  // Each names an earlier one, so it ends.
  while (one.productId === undefined) {
    const { reservationId } = one
    if (typeof reservationId !== 'object') return null
    one = list[reservationId.result] as Named
  }
  return one.productId
}

/** Refused or not loaded: either way the needs are noted, and the outcome is not asked for. */
function note(unit: UnitOfWork, look: () => unknown): void {
  const { seq } = unit
  try {
    look()
  } catch (error) {
    mustHaveLeft(unit, seq, error)
    // Asked for again in earnest, where it counts.
    if (error !== NOT_LOADED && !(error instanceof InventoryError)) throw error
  }
}

/**
 * Nothing undoes what a job has changed. One that misses a record runs again, and would do twice what
 * it did before the look-up; a refused one would leave it behind. @throws InvariantError
 */
export function mustHaveLeft(unit: UnitOfWork, seq: number, error: unknown): void {
  if (unit.seq === seq) return
  const late =
    error === NOT_LOADED
      ? 'looked something up'
      : error instanceof InventoryError
        ? 'was refused'
        : null
  assert(late === null, `a job ${late} after it had written ${unit.seq - seq} entries`)
}
