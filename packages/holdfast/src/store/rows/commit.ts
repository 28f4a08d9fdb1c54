import type { LoggedCommit } from '../../log/commit-body.ts'
import { columnsOf, offsetsOf, type Row } from './select.ts'

/** Of `commits c`; batch id and hash as hexadecimal text, for which each database has words of its own. */
export const COMMIT = {
  commit: 'c.number',
  ...columnsOf('c', 'firstSeq', 'lastSeq', 'at', 'levelKeys', 'batchId', 'hash', 'body', 'texts'),
}

const AT = offsetsOf(COMMIT)

export function readCommit(row: Row): LoggedCommit {
  return {
    commit: row[AT.commit] as number,
    firstSeq: row[AT.firstSeq] as number,
    lastSeq: row[AT.lastSeq] as number,
    at: row[AT.at] as number,
    levelKeys: row[AT.levelKeys] as number,
    batchId: row[AT.batchId] as string,
    hash: row[AT.hash] as string,
    body: row[AT.body] as string,
    texts: row[AT.texts] as string | null,
  }
}
