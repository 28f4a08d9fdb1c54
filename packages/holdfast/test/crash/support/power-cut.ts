import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { dice, type Dice } from '../../../src/testing/dice.ts'
import { Disk, FATES, type Fate } from './disk.ts'
import { Journal } from './journal.ts'
import { reopen, type Reopened } from './reopened.ts'
import { events, recorded, type Event } from './strace.ts'

const CHILD = fileURLToPath(new URL('./shop-child.ts', import.meta.url))
const PRAGMAS = fileURLToPath(new URL('./pragmas.ts', import.meta.url))

export interface Recording {
  readonly folder: string
  readonly events: readonly Event[]
}

/** How a life of the shop ends. */
export type End = 'kill' | 'close' | 'power cut'
type Pragmas = Readonly<Record<string, string>>

/**
 * Records a shop over several lives on one file: killed while working, closed, opened again on what a power cut left.
 * The log is small, so that it is checkpointed many times.
 */
export async function record(
  folder: string,
  lives: readonly End[],
  pragmas: Pragmas | ((life: number) => Pragmas),
): Promise<Recording> {
  const all: Event[] = []
  const disk = new Disk(folder)
  const journal = join(folder, 'journal')
  for (const [life, end] of lives.entries()) {
    const trace = join(folder, `trace-${life}`)
    const shop = [join(folder, 'shop.db'), journal, String(life + 1), '6', '16']
    const node = [process.execPath, '--conditions=source', '--import', PRAGMAS, CHILD, ...shop]
    const [strace = '', ...args] = recorded(trace, [...node, end === 'close' ? 'close' : 'die'])
    const own = typeof pragmas === 'function' ? pragmas(life) : pragmas
    const HOLDFAST_PRAGMAS = JSON.stringify({ wal_autocheckpoint: '60', ...own })
    const env = { ...process.env, HOLDFAST_PRAGMAS }
    const child = spawn(strace, args, { env, stdio: ['ignore', 'ignore', 'inherit'] })
    const [status] = (await once(child, 'exit')) as [number | null]
    if (end === 'close' && status !== 0) throw new Error(`the shop ended with ${status}`)
    all.push({ life })
    for await (const event of events(trace, journal, disk)) all.push(event)
    rmSync(trace)
    if (end !== 'power cut') continue
    const found = disk.cut('some', dice(life))
    for (const file of readdirSync(folder)) if (file !== 'journal') rmSync(join(folder, file))
    write(folder, found)
    disk.resume(found)
    all.push({ found })
  }
  if (disk.calls < 100) throw new Error(`strace recorded only ${disk.calls} calls`)
  return { folder, events: all }
}

function write(folder: string, files: ReadonlyMap<string, Buffer>): void {
  for (const [path, content] of files) writeFileSync(join(folder, basename(path)), content)
}

export interface Cut {
  /** After this many events. */
  readonly after: number
  readonly fate: Fate
  readonly acknowledged: number
  readonly unknown: number
  readonly broken: readonly string[]
}

/** Cuts the power at `count` moments, drawn by the seed, and checks what is found afterwards. */
export async function* cuts(
  recording: Recording,
  count: number,
  seed: number,
): AsyncGenerator<Cut> {
  const draw = dice(seed)
  const { length } = recording.events
  const moments = Array.from({ length: count }, () => ({
    // Creating the file is short, and has moments of its own.
    after: 1 + draw.below(draw.chance(10) ? Math.min(length, 80) : length),
    fate: draw.pick(FATES),
  })).sort((a, b) => a.after - b.after)
  yield* cutsAt(recording, moments, draw)
}

/** Cuts the power after these numbers of events, with a fate for the unsynced writes. */
export async function* cutsAt(
  recording: Recording,
  moments: readonly { readonly after: number; readonly fate: Fate }[],
  draw: Dice,
): AsyncGenerator<Cut> {
  const disk = new Disk(recording.folder)
  let noted = ''
  let next = 0
  for (const [index, event] of recording.events.entries()) {
    if ('disk' in event) disk.do(event.disk)
    else if ('found' in event) disk.resume(event.found)
    else if ('noted' in event) noted += event.noted
    for (; moments[next]?.after === index + 1; next++) {
      const journal = new Journal()
      journal.read(noted)
      const { acknowledged } = journal
      const unknown = journal.unknown.length
      const { broken } = await lookAt(disk.cut(moments[next]!.fate, draw), journal)
      yield { ...moments[next]!, acknowledged, unknown, broken }
    }
  }
}

/** In memory if there is such a folder: the disk's speed proves nothing here. */
const PLACE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

async function lookAt(files: ReadonlyMap<string, Buffer>, journal: Journal): Promise<Reopened> {
  const folder = mkdtempSync(join(PLACE, 'holdfast-cut-'))
  try {
    write(folder, files)
    return await reopen(join(folder, 'shop.db'), journal)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
