import { statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname } from 'node:path'

/**
 * "nobody", if root runs the tests: no mode keeps root out of a file, and PostgreSQL refuses to run as root. Null for
 * every other user.
 */
export const NOBODY = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : null

/**
 * A folder for temporary files that "nobody" can enter too; root's own may be closed to others.
 * @throws Error if there is none
 */
export function commonTmpdir(): string {
  const places = [tmpdir(), '/tmp', '/var/tmp']
  const place = NOBODY === null ? places[0] : places.find(isOpenToOthers)
  if (place !== undefined) return place
  throw new Error(`another user cannot enter ${places.join(' or ')}: set TMPDIR`)
}

/** Whether others can enter it, and every folder above it. */
function isOpenToOthers(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined || (found.mode & 0o001) === 0) return false
  return dirname(path) === path || isOpenToOthers(dirname(path))
}
