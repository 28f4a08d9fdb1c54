import type { Remembered, Verdict } from 'holdfast'
import type { AnyInventory } from '../open-inventory.ts'
import { clean } from './clean.ts'
import { counted } from './counted.ts'
import { json } from './json.ts'
import { clearProgress, progress } from './progress.ts'
import { print } from './streams.ts'

/** Verifies, and shows the progress. */
export async function verifyShown(inventory: AnyInventory, expect?: Remembered): Promise<Verdict> {
  const verdict = await inventory.verify({
    expect,
    onProgress: ({ seq, of }) => progress('verifying', seq, of),
  })
  clearProgress()
  return verdict
}

export async function printVerdict(verdict: Verdict, asJson: boolean): Promise<void> {
  await print(asJson ? json(verdict) : described(verdict))
}

/** The verdict in one line, and the position to remember in another. */
export function described(verdict: Verdict): string {
  const { entries, commits, levels, seq, hash } = verdict
  const size = [
    counted(entries, 'entry', 'entries'),
    counted(commits, 'commit'),
    counted(levels, 'level'),
  ].join(', ')
  if (verdict.ok) return `verified: ${size}; everything holds\nremember ${seq}:${hash}`
  const { what, message, commit, firstSeq, lastSeq } = verdict.fault
  const where =
    commit === undefined
      ? ''
      : ` (commit ${commit}, entries ${firstSeq ?? '?'} to ${lastSeq ?? '?'})`
  return clean(`NOT VERIFIED: ${what}: ${message}${where}; looked at ${size}`)
}
