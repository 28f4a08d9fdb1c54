import { InvalidArgumentError } from 'commander'
import { InvalidInputError } from 'holdfast'
import { pointInTime as momentOf } from '../../http/input/point-in-time.ts'

/** A moment, by the same rule as over HTTP. */
export function pointInTime(text: string): number {
  try {
    return momentOf(text, 'It')
  } catch (error) {
    throw error instanceof InvalidInputError
      ? new InvalidArgumentError(`${error.message}.`)
      : (error as Error)
  }
}
