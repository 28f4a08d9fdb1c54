import type { LoggedCommit } from '../../log/commit-body.ts'
import { OperationalError } from '../../model/operational-error.ts'
import { columnsOf, offsetsOf, type Row } from './select.ts'

/** Of `commits c`; batch id and hash as hexadecimal text, for which each database has words of its own. */
export const COMMIT = {
  commit: 'c.number',
  ...columnsOf('c', 'firstSeq', 'lastSeq', 'at', 'levelKeys', 'batchId', 'hash', 'body', 'texts'),
}

const AT = offsetsOf(COMMIT)

/** @throws OperationalError STORE_DAMAGED if body or texts are not text: a flipped bit can make bytes of them */
export function readCommit(row: Row): LoggedCommit {
  const commit = row[AT.commit] as number
  const body = row[AT.body]
  const texts = row[AT.texts] ?? null
  if (typeof body !== 'string' || !(texts === null || typeof texts === 'string'))
    throw new OperationalError('STORE_DAMAGED', `commit ${commit} of the log cannot be read`)
  return {
    commit,
    firstSeq: row[AT.firstSeq] as number,
    lastSeq: row[AT.lastSeq] as number,
    at: row[AT.at] as number,
    levelKeys: row[AT.levelKeys] as number,
    batchId: row[AT.batchId] as string,
    hash: row[AT.hash] as string,
    body,
    texts,
  }
}
