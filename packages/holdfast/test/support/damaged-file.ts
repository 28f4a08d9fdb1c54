import { equal, ok } from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { OperationalError } from '../../src/index.ts'
import { contentOf, verdictOf } from './small-history.ts'

/** A file that is not what was written is refused, or its fault is found, or it shows the same. */
export async function isHarmless(
  path: string,
  content: string,
  what: string,
): Promise<'found' | 'unchanged'> {
  rmSync(`${path}-wal`, { force: true })
  rmSync(`${path}-shm`, { force: true })
  const verdict = await verdictOf(path)
  if (typeof verdict === 'string') {
    // Foreign, newer: the flip hit the words that say whose file it is.
    ok(/^STORE_(DAMAGED|FOREIGN|NEWER|UNAVAILABLE)$/.test(verdict), `${what}: ${verdict}`)
    return 'found'
  }
  if (!verdict.ok) return 'found'
  const now = await contentOf(path).catch((error: unknown) => {
    if (error instanceof OperationalError && error.code === 'STORE_DAMAGED') return null
    throw error
  })
  if (now === null) return 'found'
  equal(now, content, `${what}: verify is content, the content is another`)
  return 'unchanged'
}
