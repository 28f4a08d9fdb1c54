import { OperationalError, type FailureCode } from '../../../model/operational-error.ts'
import type { Connection } from './connection.ts'
import { APPLICATION_ID, MIGRATIONS } from './schema.ts'

/**
 * Whose file is it, and of which version? Looks at the header and the list of migrations alone,
 * however long the file is, and changes nothing. @throws OperationalError
 */
export function inspect(connection: Connection, path: string): { readonly version: number } {
  const application = connection.value('PRAGMA application_id')
  const version = Number(connection.value('PRAGMA user_version'))
  if (application !== APPLICATION_ID) {
    const objects = Number(connection.value('SELECT count(*) FROM sqlite_schema'))
    if (application === 0 && version === 0 && objects === 0) return { version: 0 }
    throw refused('STORE_FOREIGN', `${path} belongs to another program: use another path`)
  }
  const newest = MIGRATIONS.length
  if (version > newest) {
    const message = `${path} has version ${version}, and this program knows versions up to ${newest}: update the program`
    throw refused('STORE_NEWER', message)
  }
  const applied = connection.all('SELECT number, name, checksum FROM migration ORDER BY number')
  const known = MIGRATIONS.slice(0, version)
  const isListed =
    applied.length === version &&
    known.every(({ number, name }, index) => {
      const [appliedNumber, appliedName] = applied[index]!
      return appliedNumber === number && appliedName === name
    })
  if (!isListed)
    throw refused('STORE_DAMAGED', `${path} does not say how it was made: use a backup`)
  // Changed since, as long as nothing is released.
  if (known.some(({ checksum }, index) => applied[index]![2] !== checksum)) {
    const message = `${path} was made by another version from before the first release, and is not carried over: export the stock with that version, and import it into a new file. If this version made it, it is damaged: use a backup`
    throw refused('STORE_OLDER', message)
  }
  return { version }
}

function refused(code: FailureCode, message: string): OperationalError {
  return new OperationalError(code, message)
}
