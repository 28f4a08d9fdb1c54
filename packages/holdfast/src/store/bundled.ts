import { OperationalError } from '../model/operational-error.ts'

/** A file of the package is not where it was installed. */
export function fileMissing(what: string, cause: unknown): OperationalError {
  const advice =
    'if the program is bundled, keep holdfast out of the bundle, as an external package'
  return new OperationalError('STORE_UNAVAILABLE', `${what}: ${advice}`, { cause })
}
