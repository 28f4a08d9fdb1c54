import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { Failure } from '../failure.ts'

/**
 * Makes a folder, and those around it that are not there, for its owner alone. One after another:
 * where the system says that a folder's parent is missing though it is not, as /proc does, Node's own
 * `recursive` asks for ever. @throws Failure
 */
export function makeFolder(path: string): void {
  const missing: string[] = []
  for (let at = path; !existsSync(at) && dirname(at) !== at; at = dirname(at)) missing.unshift(at)
  for (const folder of missing) {
    try {
      mkdirSync(folder, { mode: 0o700 })
    } catch (error) {
      // Another process may have made it just now.
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue
      throw new Failure(`the folder ${folder} cannot be made: ${(error as Error).message}`)
    }
  }
}
