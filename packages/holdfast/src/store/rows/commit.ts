import type { LoggedCommit } from '../../log/commit-body.ts'
import { OperationalError } from '../../model/operational-error.ts'
import { columnsOf, offsetsOf, type Row } from './select.ts'

/** Of `commits c`; batch id and hash as hexadecimal text, for which each database has words of its own. */
export const COMMIT = {
  commit: 'c.number',
  ...columnsOf('c', 'firstSeq', 'lastSeq', 'at', 'levelKeys', 'batchId', 'hash', 'body', 'texts'),
}

const AT = offsetsOf(COMMIT)

const SHORTEST_LINE = '[1,1,1,1,1,1,1]'.length

/**
 * @throws OperationalError STORE_DAMAGED if body or texts are not text, as a flipped bit can make bytes of them, or if it
 *   is said to have more entries than the body has room for: whoever reads them one by one might never come to an end
 */
export function readCommit(row: Row): LoggedCommit {
  const commit = row[AT.commit] as number
  const firstSeq = row[AT.firstSeq] as number
  const lastSeq = row[AT.lastSeq] as number
  const body = row[AT.body]
  const texts = row[AT.texts] ?? null
  const isText = typeof body === 'string' && (texts === null || typeof texts === 'string')
  if (!isText || (lastSeq - firstSeq + 1) * SHORTEST_LINE > body.length)
    throw new OperationalError('STORE_DAMAGED', `commit ${commit} of the log cannot be read`)
  return {
    commit,
    firstSeq,
    lastSeq,
    at: row[AT.at] as number,
    levelKeys: row[AT.levelKeys] as number,
    batchId: row[AT.batchId] as string,
    hash: row[AT.hash] as string,
    body,
    texts,
  }
}
