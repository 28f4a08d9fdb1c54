import { fail } from 'node:assert/strict'
import { InventoryError, type Refusal } from '../model/errors.ts'
import { OperationalError } from '../model/operational-error.ts'

/**
 * What an action was refused with. An action that succeeds, and one that throws anything but a
 * refusal, fails the test.
 * @example equal((await refusal(() => inventory.reserve(…))).code, 'INSUFFICIENT_STOCK')
 */
export async function refusal(action: () => unknown): Promise<Refusal> {
  const thrown = await outcome(action)
  return thrown instanceof InventoryError ? thrown : unexpected(thrown)
}

/** The same for an action that answers at once. */
export function refusalNow(action: () => unknown): Refusal {
  let answer: unknown
  try {
    answer = action()
  } catch (error) {
    return error instanceof InventoryError ? error : unexpected({ error })
  }
  return fail(`was not refused, but answered ${JSON.stringify(answer)}`)
}

/** What kept the inventory from doing its work: a full queue, a closed store. */
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
