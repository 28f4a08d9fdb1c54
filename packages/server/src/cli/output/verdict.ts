import type { Remembered, Verdict } from 'holdfast'
import type { AnyInventory } from '../open-inventory.ts'
import { clean } from './clean.ts'
import { counted } from './counted.ts'
import { json } from './json.ts'
import { clearProgress, progress } from './progress.ts'
import { print, say } from './streams.ts'

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
  sayWhatToDo(verdict)
}

const RESTORE = 'Restore the newest backup that verifies.'
const REBUILD = `Keep a copy of the inventory, then run: holdfast rebuild. It makes counts and
records anew from the log, and loses nothing. If that does not help:
restore the newest backup that verifies.`
const LOG = `This is in the log itself, from which rebuild starts: it cannot help.
${RESTORE}`

type Fault = Extract<Verdict, { ok: false }>['fault']

const WHAT_TO_DO: Readonly<Record<Fault['what'], string>> = {
  hash: LOG,
  gap: LOG,
  time: LOG,
  format: LOG,
  text: LOG,
  balance: LOG,
  level: REBUILD,
  reservation: REBUILD,
  transfer: REBUILD,
  warehouse: REBUILD,
  posting: REBUILD,
  storage: REBUILD,
  document:
    'The stock does not depend on it. If it is a token or a webhook, revoke or delete\nit, and make another. Otherwise let its program write it again. If neither can be\ndone: restore the newest backup that verifies.',
  key: 'The stock does not depend on it, and it is forgotten when it is a day old. Until\nthen a repeated command may be answered wrongly.',
  position: 'The stock does not depend on it. Let the consumer or the webhook begin anew.',
  'end-missing':
    'What was done after it is missing: this is an older copy, or the end was lost.\nFind the file that has it, or a newer backup.',
}

/** Beside a verdict with a fault: the next step, so that nobody gives up more than has to be. */
export function sayWhatToDo(verdict: Verdict, { isRebuilt = false } = {}): void {
  if (verdict.ok) return
  const step = WHAT_TO_DO[verdict.fault.what]
  say(isRebuilt && step === REBUILD ? RESTORE : step)
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
