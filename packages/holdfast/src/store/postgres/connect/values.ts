import { OperationalError } from '../../../model/operational-error.ts'

const BOOL = 16
const INT8 = 20
const INT2 = 21
const INT4 = 23

const BY_TYPE = new Map<number, (text: string) => unknown>([
  [BOOL, (text) => text === 't'],
  [INT8, wholeNumber],
  [INT2, Number],
  [INT4, Number],
])

/**
 * How values come back, whatever the program has set for its own queries: whole numbers as numbers,
 * everything else as text.
 */
export const PARSERS = {
  getTypeParser: (type: number): ((text: string) => unknown) => BY_TYPE.get(type) ?? asIs,
}

/** For what nobody looks at. */
export const NO_PARSERS = { getTypeParser: () => nothing }

function nothing(): null {
  return null
}

function asIs(text: string): string {
  return text
}

function wholeNumber(text: string): number {
  const number = Number(text)
  if (Number.isSafeInteger(number)) return number
  const message = `the database holds ${text}, a number that was never written by this program`
  throw new OperationalError('STORE_DAMAGED', message)
}
