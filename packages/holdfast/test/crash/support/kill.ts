import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setTimeout as pause } from 'node:timers/promises'
import type { Remembered } from '../../../src/index.ts'
import { dice } from '../../../src/testing/dice.ts'
import { Journal } from './journal.ts'
import { fillNearRun, isInRun } from './near-run.ts'
import { reopen } from './reopened.ts'

const CHILD = fileURLToPath(new URL('./shop-child.ts', import.meta.url))
const PRAGMAS = fileURLToPath(new URL('./pragmas.ts', import.meta.url))
/** Checkpoints the log often enough that some kills hit one. */
const HOLDFAST_PRAGMAS = '{"wal_autocheckpoint":"30"}'

export interface Kill {
  readonly kill: number
  /** Milliseconds, and since when: the shop may be killed while still opening its file. */
  readonly after: number
  readonly since: 'spawned' | 'open'
  readonly acknowledged: number
  /** Commands without an answer, sent again after the restart. */
  readonly unknown: number
  /** Whether some of a run of postings was written, and not all. Looked at with `nearRun` only. */
  readonly isInRun: boolean
  /** Position of the trail. */
  readonly seq: number
  /** What differs from what was promised; empty if all is well. */
  readonly broken: readonly string[]
}

/**
 * Kills a busy shop repeatedly, always on the same file. After each restart it checks that everything acknowledged is
 * there, and that no key took effect twice. With `nearRun` each shop soon begins a run of postings, and is killed
 * about then.
 */
export async function* kills(
  folder: string,
  count: number,
  seed: number,
  { nearRun = false } = {},
): AsyncGenerator<Kill> {
  const draw = dice(seed)
  const path = join(folder, 'shop.db')
  let head: Remembered | undefined
  for (let kill = 1; kill <= count; kill++) {
    const since = !nearRun && draw.chance(15) ? 'spawned' : 'open'
    const after = since === 'open' ? draw.below(250) : 150 + draw.below(350)
    if (nearRun) head = await fillNearRun(path)
    const journalPath = join(folder, `journal-${kill}`)
    await runAndKill([path, journalPath, String(seed * 10_000 + kill)], since, after)

    const journal = new Journal()
    if (head !== undefined) journal.head = head
    journal.read(readIfThere(journalPath))
    const { acknowledged, unknown } = journal
    const inRun = nearRun && isInRun(path)
    const { broken, end } = await reopen(path, journal, head?.seq)
    head = end
    const { length } = unknown
    const { seq } = end
    yield { kill, after, since, acknowledged, unknown: length, isInRun: inRun, seq, broken }
  }
}

async function runAndKill(args: string[], since: Kill['since'], after: number): Promise<void> {
  const node = ['--conditions=source', '--import', PRAGMAS, CHILD]
  const child = spawn(process.execPath, [...node, ...args], {
    env: { ...process.env, HOLDFAST_PRAGMAS },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const gone = new Promise<NodeJS.Signals | null>((resolve) => {
    child.once('exit', (_code, signal) => resolve(signal))
  })
  if (since === 'open')
    await Promise.race([gone, new Promise((resolve) => child.stdout.once('data', resolve))])
  await Promise.race([gone, pause(after)])
  child.kill('SIGKILL')
  const signal = await gone
  if (signal !== 'SIGKILL') throw new Error('the shop went down before it was killed')
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
