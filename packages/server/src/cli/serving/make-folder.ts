import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { Failure } from '../failure.ts'

/**
 * Makes a folder and its missing parents, for its owner alone. One after another, because Node's `recursive` never ends
 * if the system reports a parent as missing that exists, as /proc does. @throws Failure
 */
export function makeFolder(path: string): void {
  const missing: string[] = []
  for (let at = path; !existsSync(at) && dirname(at) !== at; at = dirname(at)) missing.unshift(at)
  for (const folder of missing) {
    try {
      mkdirSync(folder, { mode: 0o700 })
    } catch (error) {
      // Another process may have just made it.
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue
      throw new Failure(`the folder ${folder} cannot be made: ${(error as Error).message}`)
    }
  }
}
