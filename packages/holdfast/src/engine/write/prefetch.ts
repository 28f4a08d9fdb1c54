import type { Command, ListedCommand } from '../../model/commands/commands.ts'
import type { Result } from '../../model/commands/fields/result.ts'
import { counted } from '../../model/counted.ts'
import { assert, InventoryError } from '../../model/errors.ts'
import { decide, namesResult } from '../../rules/decide/decide.ts'
import type { UnitOfWork } from '../../rules/unit-of-work.ts'
import { NOT_LOADED, type CachedState } from '../cache/cached-state.ts'
import { runInternal, type Job } from './job.ts'

/**
 * Runs each job on its own in a unit of work that is dropped, only to note what it will look up. So one load serves a
 * whole batch, instead of one for each command. `isAnswered` tells by its key whether a command already has an answer,
 * and notes the need if that is unknown.
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
 * For a command that refers to an earlier answer, which does not exist yet: notes as many look-ups as its fields
 * reveal. Otherwise the records of a long list would be loaded one by one, each time for the whole batch.
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

/** The product of a command, or of the earlier one it refers to; null if neither has one. */
function productOf(command: ListedCommand, list: readonly ListedCommand[]): string | null {
  let one = command as Named
  // Each refers to an earlier one, so this ends.
  while (one.productId === undefined) {
    const { reservationId } = one
    if (typeof reservationId !== 'object') return null
    one = list[reservationId.result] as Named
  }
  return one.productId
}

/** Refused or not loaded: either way the needs are noted, and the outcome does not matter. */
function note(unit: UnitOfWork, look: () => unknown): void {
  const { seq } = unit
  try {
    look()
  } catch (error) {
    mustHaveLeft(unit, seq, error)
    // Any other outcome is found when the job is decided for real.
    if (error !== NOT_LOADED && !(error instanceof InventoryError)) throw error
  }
}

/**
 * What a job has changed cannot be undone. If it misses a record afterwards, it runs again and would apply the change
 * twice; if it is refused afterwards, the change would remain. @throws InvariantError
 */
export function mustHaveLeft(unit: UnitOfWork, seq: number, error: unknown): void {
  if (unit.seq === seq) return
  const late =
    error === NOT_LOADED
      ? 'looked something up'
      : error instanceof InventoryError
        ? 'was refused'
        : null
  assert(
    late === null,
    () => `a job ${late} after it had written ${counted(unit.seq - seq, 'entry', 'entries')}`,
  )
}
