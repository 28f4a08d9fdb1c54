import { equal, ok } from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { OperationalError } from '../../src/index.ts'
import { contentOf, verdictOf } from './small-history.ts'

/** A changed file is refused, or `verify` finds the fault, or its contents are the same. */
export async function isHarmless(
  path: string,
  content: string,
  what: string,
): Promise<'found' | 'unchanged'> {
  rmSync(`${path}-wal`, { force: true })
  rmSync(`${path}-shm`, { force: true })
  const verdict = await verdictOf(path)
  if (typeof verdict === 'string') {
    // Foreign, newer, older: the flip hit the words that identify the file.
    ok(/^STORE_(DAMAGED|FOREIGN|NEWER|OLDER|UNAVAILABLE)$/.test(verdict), `${what}: ${verdict}`)
    return 'found'
  }
  if (!verdict.ok) return 'found'
  const now = await contentOf(path).catch((error: unknown) => {
    if (error instanceof OperationalError && error.code === 'STORE_DAMAGED') return null
    throw error
  })
  if (now === null) return 'found'
  equal(now, content, `${what}: verify finds nothing, but the contents differ`)
  return 'unchanged'
}
