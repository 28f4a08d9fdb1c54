import { InvalidArgumentError } from 'commander'

/** Digits only: "5x", "0x10", "1e3" and " 5 " are typing errors. */
export function wholeNumber(text: string): number {
  const value = Number(text)
  if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError('It must be a whole number, digits only.')
  }
  return value
}
