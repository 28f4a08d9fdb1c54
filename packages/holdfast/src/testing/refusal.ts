import { fail } from 'node:assert/strict'
import { InventoryError, type Refusal } from '../model/errors.ts'
import { OperationalError } from '../model/operational-error.ts'

/**
 * The refusal of an action. If the action succeeds, or throws anything but a refusal, the test fails.
 * @example equal((await refusal(() => inventory.reserve(…))).code, 'INSUFFICIENT_STOCK')
 */
export async function refusal(action: () => unknown): Promise<Refusal> {
  const thrown = await outcome(action)
  return thrown instanceof InventoryError ? thrown : unexpected(thrown)
}

/** The same for a synchronous action. */
export function refusalNow(action: () => unknown): Refusal {
  let answer: unknown
  try {
    answer = action()
  } catch (error) {
    return error instanceof InventoryError ? error : unexpected({ error })
  }
  return fail(`was not refused, but answered ${JSON.stringify(answer)}`)
}

/** The operational error of an action: a full queue, a closed store. */
export async function failure(action: () => unknown): Promise<OperationalError> {
  const thrown = await outcome(action)
  return thrown instanceof OperationalError ? thrown : unexpected(thrown)
}

async function outcome(action: () => unknown): Promise<unknown> {
  let answer: unknown
  try {
    answer = await action()
  } catch (error) {
    return error
  }
  return fail(`was expected to throw, but answered ${JSON.stringify(answer)}`)
}

function unexpected(thrown: unknown): never {
  throw new Error(`expected another kind of error than this one: ${String(thrown)}`, {
    cause: thrown,
  })
}
