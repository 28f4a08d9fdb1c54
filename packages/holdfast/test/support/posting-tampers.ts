import { KIND, KINDS } from '../../src/postings/kinds.ts'
import { BUCKETS } from '../../src/postings/run.ts'
import { LONG } from './long.ts'

export interface TamperedRow {
  readonly kind: number
  readonly list: number
  readonly block: number
  readonly run: number
  readonly seqs: Uint8Array
}

export interface TamperedMark {
  readonly commit_number: number
  readonly seq: number
  readonly salt: Uint8Array
}

/** The tables of postings, as one that tampers has them. */
interface PostingTables {
  readonly rows: readonly TamperedRow[]
  readonly mark: TamperedMark
  /** In the place of the one row, or as another one. */
  readonly put: (row: TamperedRow, before?: TamperedRow) => void
  readonly remove: (row: TamperedRow) => void
  readonly setMark: (mark: Partial<TamperedMark>) => void
}

export interface PostingTamper {
  readonly name: string
  readonly change: (tables: PostingTables) => void
  /** What the fault says; null where all is well. */
  readonly says: RegExp | null
}

type Change = (row: TamperedRow, tables: PostingTables) => void

/** What is done to a row of each kind, in the first run. */
const ROWS: Readonly<Record<string, Change>> = {
  'a posting is gone': (row, { put, remove }) => {
    const seqs = row.seqs.subarray(row.list < 0 ? 5 : 2)
    if (seqs.length > 0) put({ ...row, seqs }, row)
    else remove(row)
  },
  'a posting is there twice': (row, { put }) =>
    put(
      { ...row, seqs: Buffer.concat([row.seqs, row.seqs.subarray(row.list < 0 ? -5 : -2)]) },
      row,
    ),
  'a posting names another number': (row, { put }) =>
    put({ ...row, seqs: row.seqs.map((byte, at) => (at === 0 ? byte ^ 1 : byte)) }, row),
  'a row is gone': (row, { remove }) => remove(row),
  'a row is there once more in another block': (row, { put }) =>
    put({ ...row, block: row.block + 1 }),
  'a row is of another block': (row, { put }) => put({ ...row, block: row.block + 1 }, row),
  'a row is of a block that is 2^32 entries later': (row, { put }) =>
    put({ ...row, block: row.block + 65_536 }, row),
  'a row is of another key': (row, { put, remove, rows }) => {
    const list = row.list < 0 ? -1 - (-row.list % BUCKETS) : row.list + 1
    const { kind, block, run } = row
    const isThere = (one: TamperedRow): boolean =>
      one.kind === kind && one.list === list && one.block === block && one.run === run
    // Where there is one already, they change places.
    const other = rows.find(isThere)
    if (other !== undefined) remove(other)
    put({ ...row, list }, row)
    if (other !== undefined) put({ ...other, list: row.list })
  },
  'a row is of another run': (row, { put, mark }) => put({ ...row, run: mark.seq - 1 }, row),
  'a row goes to the run that is being written': (row, { put, mark }) =>
    put({ ...row, run: mark.seq }, row),
  'a row is of another kind': (row, { put, rows }) => {
    const kind = (row.kind % (KINDS - 1)) + 1
    const isTaken = rows.some(
      (one) => one.kind === kind && one.list === row.list && one.run === row.run,
    )
    put({ ...row, kind, block: row.block + (isTaken ? 1 : 0) }, row)
  },
}

/** By default some of the changes of a kind; with `--long` every one. */
function ofKind(name: keyof typeof KIND): PostingTamper[] {
  const some = Object.entries(ROWS).filter((_, at) => LONG || (at + KIND[name]) % 4 === 0)
  return some.map(([what, change]) => ({
    name: `${name}: ${what}`,
    change: (tables) => {
      const row = tables.rows.find(({ kind, run }) => kind === KIND[name] && run === 0)!
      change(row, tables)
    },
    says: new RegExp(
      `^the postings (${name}|\\w+) of the entries 1 to \\d+ are not those .*holdfast rebuild`,
    ),
  }))
}

const FORM = /^the row of postings .* is not of the form of one/
const MARK = /^postings are said to go to entry \d+ of commit \d+, where no run of them ends/
const RUN = /^postings are stored of a run that begins behind entry \d+, where none begins/

export const TAMPERS: readonly PostingTamper[] = [
  ...(Object.keys(KIND) as (keyof typeof KIND)[]).flatMap(ofKind),
  ...Object.entries({
    'a kind that is none': { kind: 11 },
    'a list that nobody shares': { list: -1 - BUCKETS },
    'a block before the first one': { block: -1 },
    'bytes that are left over': { seqs: new Uint8Array(7) },
    'no posting at all': { seqs: new Uint8Array(0) },
    'a key of more than 32 bits': { list: -1, block: 9, seqs: Uint8Array.of(1, 0, 0, 0, 128) },
  }).map(([name, other]) => ({
    name: `a row with ${name}`,
    change: ({ put, rows, mark }: PostingTables) => put({ ...rows[0]!, run: mark.seq, ...other }),
    says: FORM,
  })),
  {
    name: 'the watermark is a commit ahead',
    change: ({ setMark, mark }) =>
      setMark({ commit_number: mark.commit_number + 1, seq: mark.seq + 1 }),
    says: MARK,
  },
  {
    name: 'the watermark is ahead by a commit without an entry',
    change: ({ setMark, mark }) => setMark({ commit_number: mark.commit_number + 1 }),
    says: MARK,
  },
  {
    name: 'the watermark is an entry ahead',
    change: ({ setMark, mark }) => setMark({ seq: mark.seq + 1 }),
    says: MARK,
  },
  {
    name: 'the watermark is beyond the log',
    change: ({ setMark }) => setMark({ commit_number: 1e9, seq: 1e9 }),
    says: /./,
  },
  {
    name: 'the watermark is at the beginning, and runs lie beyond it',
    change: ({ setMark }) => setMark({ commit_number: 0, seq: 0 }),
    says: RUN,
  },
  {
    name: 'the newest run has no rows: its watermark is ahead of it',
    change: ({ rows, remove }) => {
      const newest = Math.max(...rows.map(({ run }) => run))
      for (const row of rows) if (row.run === newest) remove(row)
    },
    says: /^the postings entryOfLevel of the entries \d{4,} to \d+ are not/,
  },
  {
    name: 'the watermark is before the newest run, whose rows are whole',
    // The second of two runs, each of as many commits.
    change: ({ rows, setMark, mark }) =>
      setMark({
        commit_number: mark.commit_number / 2,
        seq: Math.max(...rows.map(({ run }) => run)),
      }),
    says: null,
  },
  {
    name: 'a row of the run that is being written',
    change: ({ rows, put, mark }) => put({ ...rows[0]!, run: mark.seq }),
    says: null,
  },
  {
    name: 'a row of a run beyond the watermark',
    change: ({ rows, put, mark }) => put({ ...rows[0]!, run: mark.seq + 1 }),
    says: RUN,
  },
  {
    name: 'texts have another salt',
    change: ({ setMark, mark }) => setMark({ salt: mark.salt.map((byte) => byte ^ 1) }),
    says: /^the postings (entryOf|reservationOf|transferOf)(Group|Reference|Owner) of/,
  },
]
