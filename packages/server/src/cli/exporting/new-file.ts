import { existsSync, rmSync } from 'node:fs'
import { link, open, rename, type FileHandle } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { Failure } from '../failure.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Writes a new file. It grows under another name, so that the wanted name is only ever that of a complete file. If it
 * fails or is interrupted, nothing stays. @throws Failure if the file is there already
 */
export async function newFile(
  wanted: string,
  write: (file: FileHandle) => Promise<void>,
): Promise<void> {
  const path = resolve(wanted)
  if (existsSync(path)) throw existsAlready(path)
  if (!existsSync(dirname(path))) throw new Failure(`there is no folder ${dirname(path)}`)
  const partial = `${path}.${process.pid}-${Date.now()}.partial`
  const remove = (): void => rmSync(partial, { force: true })
  const stop = (signal: NodeJS.Signals): void => {
    remove()
    for (const each of SIGNALS) process.off(each, stop)
    process.kill(process.pid, signal)
  }
  for (const each of SIGNALS) process.on(each, stop)
  try {
    await using file = await open(partial, 'wx')
    await write(file)
    await file.sync()
    await nameIt(partial, path)
  } finally {
    remove()
    for (const each of SIGNALS) process.off(each, stop)
  }
}

/** Linked first, which fails if somebody made the file meanwhile. */
async function nameIt(partial: string, path: string): Promise<void> {
  try {
    await link(partial, path)
  } catch {
    if (existsSync(path)) throw existsAlready(path)
    // A memory stick may know no links.
    await rename(partial, path)
  }
}

function existsAlready(path: string): Failure {
  return new Failure(`${path} exists already`, 'An export never overwrites a file: name a new one.')
}
