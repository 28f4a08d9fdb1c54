import { spawnSync } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import type { Disk, DiskCall } from './disk.ts'

const CALLS =
  'write,pwrite64,writev,pwritev,pwritev2,ftruncate,truncate,fallocate,fsync,fdatasync,' +
  'openat,open,creat,unlink,unlinkat,rename,renameat,renameat2'

export const COMMAND = 'strace'

/** Only the calls that are recorded stop the program: two thirds of the time. */
const QUICKLY = '--seccomp-bpf'

/** Whether it is installed, and can record quickly (5.3, of 2019). */
export const STRACE = spawnSync(COMMAND, [QUICKLY, '-V']).status === 0

/** The command line that runs a program and records its system calls. */
export function recorded(trace: string, command: readonly string[]): string[] {
  const text = ['-xx', '-s', '1000000', '-y', '-qq', '-f', '-A', '-e', 'signal=none']
  return [COMMAND, QUICKLY, ...text, '-e', `trace=${CALLS}`, '-o', trace, '--', ...command]
}

/** What happened, in order: new lives, calls on the folder's files, lines of the journal, power cuts. */
export type Event =
  | { readonly life: number }
  | { readonly disk: DiskCall }
  | { readonly noted: string }
  | { readonly found: ReadonlyMap<string, Buffer> }

/**
 * Reads a recording, and repeats it on a disk in the state before it. A call interrupted by another thread's is
 * recorded in two parts: a write counts from its beginning, a sync from its return.
 */
export async function* events(trace: string, journal: string, disk: Disk): AsyncGenerator<Event> {
  const folder = dirname(journal)
  const begun = new Map<string, { readonly path: string; readonly since: number }>()
  for await (const line of createInterface({ input: createReadStream(trace) })) {
    const resumed = /^(\d+) +<\.\.\. (\w+) resumed>.* = 0/.exec(line)
    let call: DiskCall | null = null
    if (resumed !== null) {
      const sync = begun.get(resumed[1]!)
      if (sync === undefined) continue
      begun.delete(resumed[1]!)
      call = { kind: 'sync', ...sync }
    } else {
      const [, pid, name, rest] = /^(\d+) +(\w+)\((.*)$/.exec(line) ?? []
      if (rest === undefined || !rest.includes(hex(folder))) continue
      const path = pathIn(name!, rest)
      if (path === null || !path.startsWith(folder) || path.endsWith('-shm')) continue
      if (path === journal) {
        if (name === 'write') yield { noted: data(rest).toString('utf8') }
        continue
      }
      if (name === 'fsync' || name === 'fdatasync') {
        const sync = { path, since: disk.calls }
        if (rest.includes('unfinished')) begun.set(pid!, sync)
        else call = { kind: 'sync', ...sync }
      } else call = read(name!, rest, path, disk)
    }
    if (call === null) continue
    disk.do(call)
    yield { disk: call }
  }
}

function read(name: string, rest: string, path: string, disk: Disk): DiskCall | null {
  if (/ = -1 /.test(rest)) return null
  switch (name) {
    case 'pwrite64':
      return { kind: 'write', path, at: Number(/, \d+, (\d+)/.exec(rest)![1]), data: data(rest) }
    case 'ftruncate':
      return { kind: 'truncate', path, size: Number(/>, (\d+)/.exec(rest)![1]) }
    case 'unlink':
      return { kind: 'unlink', path }
    case 'openat':
      if (rest.includes('O_TRUNC')) throw new Error(`unexpected: ${name} truncates ${path}`)
      return rest.includes('O_CREAT') && !disk.has(path) ? { kind: 'create', path } : null
    default:
      throw new Error(`unexpected: ${name} on ${path}`)
  }
}

/** The file of a call: that of its descriptor, or the one it names. */
function pathIn(name: string, rest: string): string | null {
  const named = name === 'openat' || name === 'unlink'
  const [, text] = (named ? /"((?:\\x..)*)"/ : /^\d+<((?:\\x..)*)>/).exec(rest) ?? []
  return text === undefined ? null : bytes(text).toString('utf8')
}

function data(rest: string): Buffer {
  return bytes(/"((?:\\x..)*)"/.exec(rest)![1]!)
}

function bytes(text: string): Buffer {
  return Buffer.from(text.replaceAll('\\x', ''), 'hex')
}

function hex(text: string): string {
  return [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16)}`).join('')
}
