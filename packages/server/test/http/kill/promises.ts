import { isDeepStrictEqual } from 'node:util'
import type { AuditEntry, InventoryError } from 'holdfast'
import type { Told } from './shoppers.ts'

export interface Seen {
  readonly told: readonly Told[]
  /** The same commands with the same keys, asked once more at the end. */
  readonly again: readonly (PromiseSettledResult<unknown> | undefined)[]
  readonly entries: readonly AuditEntry[]
  /** By readers of the events, in order of arrival. */
  readonly readers: readonly Reader[]
  /** By a webhook's endpoint, in order of arrival. */
  readonly delivered: readonly number[]
  readonly exitCode: number | null
}

interface Reader {
  /** The only type of entry that it asked for; null for all. */
  readonly type: AuditEntry['type'] | null
  readonly seen: readonly AuditEntry[]
}

/** What was promised and not kept. */
export function broken({ told, again, entries, readers, delivered, exitCode }: Seen): string[] {
  const wrong: string[] = []
  const bySeq = new Map(entries.map((entry) => [entry.seq, entry]))
  const acts = Map.groupBy(
    entries.filter(({ metadata }) => metadata['key'] !== undefined),
    ({ metadata }) => metadata['key']!,
  )
  for (const [index, { command, answer, refused }] of told.entries()) {
    const { idempotencyKey: key } = command
    const done = acts.get(key)?.length ?? 0
    if (answer !== null && bySeq.get(answer.seq)?.metadata['key'] !== key)
      wrong.push(`${key} was acknowledged as entry ${answer.seq}, and is not there`)
    if (done > 1) wrong.push(`${key} was done ${done} times`)
    if (refused !== null && done > 0) wrong.push(`${key} was refused, and done`)
    const outcome = again[index]
    if (!isSame(outcome, answer, refused))
      wrong.push(`${key} got another answer when it was asked again`)
  }
  const known = new Set(told.map(({ command }) => command.idempotencyKey))
  for (const key of acts.keys())
    if (!known.has(key)) wrong.push(`${key} was done, and nobody was told`)
  for (const { type, seen } of readers) {
    const wanted = entries.filter((entry) => type === null || entry.type === type)
    if (!isDeepStrictEqual(seen, wanted))
      wrong.push(`a reader of ${type ?? 'all events'} saw another trail`)
  }
  const first = [...new Set(delivered)]
  if (
    !isDeepStrictEqual(
      first,
      entries.map(({ seq }) => seq),
    )
  )
    wrong.push('the endpoint of the webhook was told of other entries, or in another order')
  if (exitCode !== 0) wrong.push(`SIGTERM ended it with ${exitCode}`)
  return wrong
}

function isSame(
  outcome: PromiseSettledResult<unknown> | undefined,
  answer: unknown,
  refused: string | null,
): boolean {
  if (outcome === undefined) return false
  if (outcome.status === 'fulfilled') return isDeepStrictEqual(outcome.value, answer)
  return (outcome.reason as InventoryError).code === refused
}
