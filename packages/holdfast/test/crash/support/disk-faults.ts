import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { text } from 'node:stream/consumers'
import { Journal } from './journal.ts'
import { reopen } from './reopened.ts'
import { COMMAND } from './strace.ts'

const CHILD = fileURLToPath(new URL('./shop-child.ts', import.meta.url))
const PRAGMAS = fileURLToPath(new URL('./pragmas.ts', import.meta.url))
const HANGS_MS = 60_000

/** A system call on the store's files that fails at the n-th time, once or from then on. */
export interface DiskFault {
  readonly call: string
  readonly error: string
  readonly time: number
  readonly forever: boolean
}

export interface Struck {
  /** How many calls failed; 0 if the shop made too few. */
  readonly injected: number
  readonly acknowledged: number
  /** What callers were told, and how often; `not opened` if opening failed. */
  readonly codes: ReadonlyMap<string, number>
  readonly broken: readonly string[]
}

/** Makes a disk fail under a working shop, and checks its file once the disk works again. */
export async function strike(fault: DiskFault, seed: number): Promise<Struck> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-fault-'))
  try {
    const { injected, stuck, said } = await work(folder, fault, seed)
    const journal = new Journal()
    journal.read(read(join(folder, 'journal')))
    const codes = new Map<string, number>()
    if (said !== '') codes.set(`not opened: ${said}`, 1)
    for (const code of journal.failed.values()) codes.set(code, (codes.get(code) ?? 0) + 1)
    const { acknowledged } = journal
    const { broken } = stuck
      ? { broken: ['it hangs'] }
      : await reopen(join(folder, 'shop.db'), journal)
    return { injected, acknowledged, codes, broken }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function work(folder: string, fault: DiskFault, seed: number) {
  const { call, error, time, forever } = fault
  const path = join(folder, 'shop.db')
  const trace = join(folder, 'trace')
  const files = ['', '-wal', '-journal'].flatMap((end) => ['-P', path + end])
  const inject = `inject=${call}:error=${error}:when=${time}${forever ? '+' : ''}`
  const shop = [CHILD, path, join(folder, 'journal'), String(seed), '6', '12']
  const node = [process.execPath, '--conditions=source', '--import', PRAGMAS, ...shop]
  const traced = ['-f', '-qq', '-s', '0', '-e', 'signal=none', '-e', `trace=${call}`, '-e', inject]
  const child = spawn(COMMAND, [...traced, '-o', trace, ...files, '--', ...node], {
    env: { ...process.env, HOLDFAST_PRAGMAS: '{"wal_autocheckpoint":"20"}' },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: HANGS_MS,
  })
  const complaint = text(child.stderr)
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve))
  const said =
    code === 0 ? '' : (/code: '(STORE_\w+)'/.exec(await complaint)?.[1] ?? (await complaint))
  const injected = read(trace).match(/INJECTED/g)?.length ?? 0
  return { injected, stuck: code === null, said }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
