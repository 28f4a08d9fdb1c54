import type { DatabaseSync } from 'node:sqlite'
import { commitHash, NO_HASH, sha256, type CommitHeader } from '../../src/log/hash.ts'

interface Commit {
  readonly commit: number
  readonly firstSeq: number
  readonly lastSeq: number
  readonly at: number
  readonly levelKeys: number
  readonly batchId: string
  readonly body: string
}

export function commitsOf(db: DatabaseSync): Commit[] {
  const rows =
    db.prepare(`SELECT number, first_seq, last_seq, at, level_keys, hex(batch_id) batch_id,
    body FROM commits ORDER BY number`)
  return rows.all().map((row) => ({
    commit: Number(row['number']),
    firstSeq: Number(row['first_seq']),
    lastSeq: Number(row['last_seq']),
    at: Number(row['at']),
    levelKeys: Number(row['level_keys']),
    batchId: String(row['batch_id']).toLowerCase(),
    body: String(row['body']),
  }))
}

/** Changes the line of an entry in the body of its commit. */
export function changeLine(db: DatabaseSync, seq: number, change: (line: unknown[]) => void): void {
  const { commit, firstSeq, body } = commitsOf(db).find(({ lastSeq }) => lastSeq >= seq)!
  const parts = JSON.parse(body) as { entries: unknown[][] }
  change(parts.entries[seq - firstSeq]!)
  setBody(db, commit, JSON.stringify(parts))
}

export function setBody(db: DatabaseSync, commit: number, body: string): void {
  db.prepare('UPDATE commits SET body = ? WHERE number = ?').run(body, commit)
}

/** Recomputes every hash, as a capable attacker would. */
export function rehash(db: DatabaseSync): void {
  let hash = NO_HASH
  const update = db.prepare('UPDATE commits SET hash = ? WHERE number = ?')
  for (const { body, ...header } of commitsOf(db)) {
    hash = commitHash(hash, header satisfies CommitHeader, sha256(body))
    update.run(Buffer.from(hash, 'hex'), header.commit)
  }
}
