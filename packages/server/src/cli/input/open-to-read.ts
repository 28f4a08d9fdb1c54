import { open, type FileHandle } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Failure } from '../failure.ts'

/** Opens a file that the user named. @throws Failure that says why it cannot be read */
export async function openToRead(path: string): Promise<FileHandle> {
  const file = await open(path, 'r').catch((error: unknown) => {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new Failure(`there is no file ${resolve(path)}`)
    throw new Failure(`${resolve(path)} cannot be read: ${message}`)
  })
  if (!(await file.stat()).isDirectory()) return file
  await file.close()
  throw new Failure(`${resolve(path)} is a folder`)
}

/** The text of a file that the user named. @throws Failure */
export async function readText(path: string): Promise<string> {
  await using file = await openToRead(path)
  return await file.readFile('utf8')
}
