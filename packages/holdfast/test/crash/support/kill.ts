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
const DIE_IN_RUN = fileURLToPath(new URL('./die-in-run.ts', import.meta.url))
const PRAGMAS = fileURLToPath(new URL('./pragmas.ts', import.meta.url))
/** Checkpoints the log often enough that some kills hit one. */
const HOLDFAST_PRAGMAS = '{"wal_autocheckpoint":"30"}'

const MOST_PATIENCE = 16
/** For a shop that kills itself. */
const LONG_ENOUGH_MS = 10_000

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
 * there, and that no key took effect twice. With `nearRun` each shop soon begins a run of postings, and dies in the
 * middle of it.
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
  /** Grows on a machine so slow that a shop dies before it has answered anything. */
  let patience = 1
  for (let kill = 1; kill <= count; kill++) {
    const journalPath = join(folder, `journal-${kill}`)
    const args = [path, journalPath, String(seed * 10_000 + kill)]
    const since = !nearRun && draw.chance(15) ? 'spawned' : 'open'
    let after = patience * (since === 'open' ? draw.below(250) : 150 + draw.below(350))
    let dieInRun = ''
    if (nearRun) {
      head = await fillNearRun(path)
      after = LONG_ENOUGH_MS
      dieInRun = `${1 + draw.below(3)} ${draw.below(40) / 10}`
    }
    await runAndKill(args, { since, after, dieInRun })

    const journal = new Journal()
    if (head !== undefined) journal.head = head
    journal.read(readIfThere(journalPath))
    const { acknowledged, unknown } = journal
    if (acknowledged === 0) patience = Math.min(2 * patience, MOST_PATIENCE)
    const inRun = nearRun && isInRun(path)
    const { broken, end } = await reopen(path, journal, head?.seq)
    head = end
    const { length } = unknown
    const { seq } = end
    yield { kill, after, since, acknowledged, unknown: length, isInRun: inRun, seq, broken }
  }
}

async function runAndKill(
  args: string[],
  { since, after, dieInRun }: Pick<Kill, 'since' | 'after'> & { readonly dieInRun: string },
): Promise<void> {
  const preloaded = dieInRun === '' ? [PRAGMAS] : [PRAGMAS, DIE_IN_RUN]
  const imports = preloaded.flatMap((file) => ['--import', file])
  const node = ['--conditions=source', ...imports, CHILD]
  const child = spawn(process.execPath, [...node, ...args], {
    env: { ...process.env, HOLDFAST_PRAGMAS, HOLDFAST_DIE_IN_RUN: dieInRun },
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
