import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { dice, type Dice } from '../../../src/testing/dice.ts'
import { Disk, FATES, type Fate } from './disk.ts'
import { Journal } from './journal.ts'
import { fillNearRun, isInRun } from './near-run.ts'
import { reopen } from './reopened.ts'
import { events, recorded, type Event } from './strace.ts'

const CHILD = fileURLToPath(new URL('./shop-child.ts', import.meta.url))
const PRAGMAS = fileURLToPath(new URL('./pragmas.ts', import.meta.url))

/** In memory if there is such a folder: the disk's speed proves nothing here. */
const PLACE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

export interface Recording {
  readonly folder: string
  readonly events: readonly Event[]
  /** It was filled up to a run of postings. */
  readonly nearRun: boolean
}

/** How a life of the shop ends. */
export type End = 'kill' | 'close' | 'power cut'
type Pragmas = Readonly<Record<string, string>>

/**
 * Records a shop over several lives on one file: killed while working, closed, opened again on what a power cut left.
 * The log is small, so that it is checkpointed many times. With `nearRun` the first life finds a
 * file in which a run of postings soon begins.
 */
export async function record(
  folder: string,
  lives: readonly End[],
  pragmas: Pragmas | ((life: number) => Pragmas),
  nearRun = false,
): Promise<Recording> {
  const all: Event[] = []
  const disk = new Disk(folder)
  const journal = join(folder, 'journal')
  if (nearRun) {
    const filled = mkdtempSync(join(PLACE, 'holdfast-power-'))
    await fillNearRun(join(filled, 'shop.db'))
    const found = new Map([[join(folder, 'shop.db'), readFileSync(join(filled, 'shop.db'))]])
    rmSync(filled, { recursive: true })
    write(folder, found)
    disk.resume(found)
    all.push({ found })
  }
  for (const [life, end] of lives.entries()) {
    const trace = join(folder, `trace-${life}`)
    // A run takes its time under strace.
    const calls = nearRun ? '80' : '16'
    const shop = [join(folder, 'shop.db'), journal, String(life + 1), '6', calls]
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
  return { folder, events: all, nearRun }
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
  /** Whether some of a run of postings is there, and not all. Looked at with `nearRun` only. */
  readonly isInRun: boolean
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
  const [first, last] = recording.nearRun ? runIn(recording) : [0, length]
  const moments = Array.from({ length: count }, () => ({
    // Creating the file is short, and has moments of its own.
    after:
      1 + (draw.chance(10) ? draw.below(Math.min(length, 80)) : first + draw.below(last - first)),
    fate: draw.pick(FATES),
  })).sort((a, b) => a.after - b.after)
  yield* cutsAt(recording, moments, draw)
}

/** How often it is looked whether a run of postings is under way. */
const LOOKED = 200

/** The events during which the first run of postings was written, and some before and after. */
function runIn(recording: Recording): [number, number] {
  const { events: all, folder } = recording
  const step = Math.ceil(all.length / LOOKED)
  const disk = new Disk(folder)
  const within: number[] = []
  for (const [index, event] of all.entries()) {
    if ('disk' in event) disk.do(event.disk)
    else if ('found' in event) disk.resume(event.found)
    if (index === 0 || index % step > 0) continue
    const copy = mkdtempSync(join(PLACE, 'holdfast-cut-'))
    write(copy, disk.cut('all', dice(1)))
    if (isInRun(join(copy, 'shop.db'))) within.push(index)
    rmSync(copy, { recursive: true })
    if (within.length > 0 && index > within.at(-1)! + step) break
  }
  if (within.length === 0) throw new Error('no run of postings was recorded')
  return [within[0]! - step, within.at(-1)! + step]
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
      const found = disk.cut(moments[next]!.fate, draw)
      const looked = await lookAt(found, journal, recording.nearRun)
      yield { ...moments[next]!, acknowledged, unknown, ...looked }
    }
  }
}

async function lookAt(
  files: ReadonlyMap<string, Buffer>,
  journal: Journal,
  nearRun: boolean,
): Promise<Pick<Cut, 'isInRun' | 'broken'>> {
  const folder = mkdtempSync(join(PLACE, 'holdfast-cut-'))
  try {
    write(folder, files)
    const path = join(folder, 'shop.db')
    const inRun = nearRun && isInRun(path)
    const { broken } = await reopen(path, journal)
    return { isInRun: inRun, broken }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
