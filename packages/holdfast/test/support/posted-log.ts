import { CommitBody } from '../../src/log/commit-body.ts'
import { codeOfType } from '../../src/log/codes.ts'
import type { Line } from '../../src/log/lines.ts'
import { recordId } from '../../src/model/record-id.ts'
import { postAll } from '../../src/postings/kinds.ts'
import { endsRun, Run, type Watermark } from '../../src/postings/run.ts'
import type { ListSource } from '../../src/postings/lists.ts'
import { Tail } from '../../src/postings/tail.ts'
import { TextHash } from '../../src/postings/text-hash.ts'
import type { Dice } from '../../src/testing/dice.ts'
import { PostingTable } from './posting-table.ts'

/** A reservation as it is now. */
export interface PostedRecord {
  readonly id: string
  readonly seq: number
  readonly level: number
  owner: string
  isSold: boolean
}

export interface PostedEntry {
  readonly seq: number
  readonly line: Line
  readonly body: CommitBody
}

export interface PostedLogOptions {
  /** The newest entry before it. */
  readonly begins: number
  readonly commits: number
  readonly owners: readonly string[]
  readonly levels: readonly number[]
  readonly hash?: TextHash
}

/** A log of chance, of holds, sales and changes of owners alone; what is posted of it, and as plain lists what is true. */
export class PostedLog {
  readonly table = new PostingTable()
  readonly bodies: CommitBody[] = []
  /** Rising. */
  readonly records: PostedRecord[] = []
  readonly entries: PostedEntry[] = []
  readonly hash: TextHash
  seq: number
  watermark: Watermark

  constructor(d: Dice, options: PostedLogOptions) {
    const { begins, commits, owners, levels, hash = new TextHash(new Uint8Array(8)) } = options
    this.hash = hash
    this.seq = begins
    this.watermark = { commit: 0, seq: begins }
    for (let commit = 1; commit <= commits; commit++) this.#commit(d, commit, owners, levels)
  }

  #commit(d: Dice, commit: number, owners: readonly string[], levels: readonly number[]): void {
    const firstSeq = this.seq + 1
    const texts: string[] = []
    const said = (text: string): number => (texts.push('salt', text) >> 1) - 1
    const lines = Array.from({ length: d.below(12) }, (): Line => {
      const seq = ++this.seq
      const old = this.records.length > 0 && d.chance(40) ? d.pick(this.records) : null
      const owner = d.pick(owners)
      const options = d.chance(30) ? [{ group: said(d.pick(owners)) }] : []
      if (old === null) {
        const level = d.pick(levels)
        this.records.push({ id: recordId(seq, 1), seq, level, owner, isSold: false })
        return [codeOfType('RESERVED'), level, 1, 0, 0, 0, 0, 0, 1, 0, 9, said(owner), ...options]
      }
      const about = [old.level, 1, 0, 0, 0, 0, old.seq, 1, 0] as const
      if (d.chance(30)) {
        old.isSold = true
        return [codeOfType('SOLD'), ...about, ...options]
      }
      old.owner = owner
      return [codeOfType('OWNER_CHANGED'), ...about, said(owner), ...options]
    })
    const stored = {
      commit,
      firstSeq,
      lastSeq: this.seq,
      at: 0,
      levelKeys: 0,
      batchId: '',
      hash: '',
    }
    const body = new CommitBody({
      ...stored,
      body: JSON.stringify({ entries: lines }),
      texts: JSON.stringify(texts),
    })
    this.bodies.push(body)
    for (const [index, line] of lines.entries())
      this.entries.push({ seq: firstSeq + index, line, body })
  }

  /** Rows up to the watermark, and what lies behind it in memory. */
  get posted(): ListSource {
    const tail = new Tail(this.watermark)
    for (const body of this.bodies) tail.add(body, this.hash)
    return { tail, postings: (...asked) => this.table.postings(...asked) }
  }

  /** Posts whole runs up to a commit; of the one behind them that many rows, as if the process had died. */
  postThrough(commit: number, runCommits: number, rowsBehind: number): void {
    let from = this.watermark
    let run = new Run()
    for (const body of this.bodies) {
      const { lastSeq } = body.stored
      postAll(body, this.hash, run.post)
      if (!endsRun(from, body.stored.commit, lastSeq, runCommits)) continue
      const isBehind = body.stored.commit > commit
      const rows = [...run.rows()]
      this.table.write(from.seq, isBehind ? rows.slice(0, rowsBehind) : rows)
      if (isBehind) return
      from = this.watermark = { commit: body.stored.commit, seq: lastSeq }
      run = new Run()
    }
  }
}
