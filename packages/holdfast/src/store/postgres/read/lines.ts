import { CommitBody } from '../../../log/commit-body.ts'
import { MARKED } from '../../../log/marks.ts'
import { OperationalError } from '../../../model/operational-error.ts'
import type { Line } from '../../../log/lines.ts'
import { numbers } from '../tables/columns.ts'
import type { Row, Session } from '../connect/session.ts'
import { TEXTS } from './log.ts'

/** The piece of `value` from the mark before place `at` to the next one; NULL if there are no marks. */
const pieceOf = (value: string, marks: string, at: string): string => {
  const mark = (next: number): string => `${marks}[(${at}) / ${MARKED} + ${next}]`
  return `convert_from(substr(${value}, ${mark(1)} + 1, ${mark(2)} - ${mark(1)}), 'UTF8')`
}

/** The line of entry `seq` in a commit `c`. Lines contain numbers alone, so each ends at the next bracket. */
export const lineOf = (seq: string): string => {
  const at = `(${seq} - c.first_seq)::int`
  const piece = pieceOf('c.body', 'c.lines_at', at)
  return `('[' || split_part(split_part(${piece}, ']', (${at}) % ${MARKED} + 1), '[', -1) || ']')::json`
}

/** What follows on the lines of a body, from its comma on. */
const TAIL = `convert_from(substr(c.body, c.lines_at[cardinality(c.lines_at)] + 2), 'UTF8')`

/**
 * What a `line` of a commit `c` points to in its body: names of warehouses, and warehouses as they were changed. Names
 * stand before the digests of texts, which are most of what follows on the lines, and warehouses stand last. No string
 * of JSON contains quotation marks like those of a member's name.
 */
export const PARTS = `CASE
    WHEN (line ->> 0)::int NOT IN (5, 6, 13, 14, 15) THEN NULL
    WHEN (line ->> 0)::int = 15 THEN '{"v":' || split_part(${TAIL}, '"v":', 2)
    ELSE '{' || trim(both ',' FROM split_part(split_part(${TAIL}, '"texts":[', 1), '"v":', 1)) || '}' END`

/**
 * Texts by commit ($1) and place in its list ($2), as JSON, which may contain what no text of PostgreSQL can. Of a list
 * that does not end where its marks end the whole is parsed: texts of it may have been erased.
 */
const WANTED_TEXTS = `
  SELECT w.number, p.place, l.list -> (2 * (p.place - l.first) + 1)::int
  FROM (SELECT number, place / ${MARKED} AS piece, array_agg(place) AS places
    FROM unnest($1::bigint[], $2::bigint[]) w (number, place) GROUP BY 1, 2) w
  JOIN holdfast.commits c ON c.number = w.number
  CROSS JOIN LATERAL (SELECT octet_length(c.texts) = c.texts_at[cardinality(c.texts_at)] + 1 AS is_marked) m
  CROSS JOIN LATERAL (SELECT CASE WHEN m.is_marked
      THEN '[' || rtrim(${pieceOf('c.texts', 'c.texts_at', `w.piece::int * ${MARKED}`)}, ',') || ']'
      ELSE ${TEXTS} END::json AS list,
    CASE WHEN m.is_marked THEN w.piece * ${MARKED} ELSE 0 END AS first OFFSET 0) l
  CROSS JOIN LATERAL unnest(w.places) p (place)`

/** A line on its way out of the database. */
export interface StoredLine {
  readonly seq: number
  readonly line: Line
  /** Of its commit. */
  readonly number: number
  readonly at: number
  readonly parts: string | null
}

/** From the columns seq, line, number, at, PARTS. @throws OperationalError STORE_DAMAGED */
export function readStoredLine([seq, line, number, at, parts]: Row): StoredLine {
  if (line === null)
    throw new OperationalError('STORE_DAMAGED', `entry ${String(seq)} of the log cannot be read`)
  return {
    seq: seq as number,
    line: JSON.parse(line as string) as Line,
    number: number as number,
    at: at as number,
    parts: parts as string | null,
  }
}

/** What a text says, by the commit's number and the place in its list. */
export type TextOf = (number: number, place: number) => string | null

/** A commit of which one line is here, and what that points to. */
export class OneLine extends CommitBody {
  readonly #textOf: TextOf

  constructor({ number, at, parts }: StoredLine, textOf: TextOf) {
    const header = { commit: number, firstSeq: 0, lastSeq: 0, at, levelKeys: 0, batchId: '' }
    super({ ...header, hash: '', body: parts ?? '{}', texts: null })
    this.#textOf = textOf
  }

  override text(place: unknown): string | null {
    return typeof place === 'number' ? this.#textOf(this.stored.commit, place) : null
  }
}

/** Every text that is asked for where these lines are read. */
export async function textsOf(session: Session, lines: readonly StoredLine[]): Promise<TextOf> {
  const wanted: number[][] = []
  const ask: TextOf = (...one) => {
    wanted.push(one)
    return null
  }
  for (const stored of lines) new OneLine(stored, ask).entry(stored.line, stored.seq, noPlace)
  if (wanted.length === 0) return noText
  const commits = numbers(wanted, ([number]) => number!)
  const places = numbers(wanted, ([, place]) => place!)
  const { rows } = await session.run(WANTED_TEXTS, [commits.value, places.value])
  const found = new Map(
    rows.map(([number, place, json]) => [
      keyOf(number, place),
      json === null ? null : (JSON.parse(json as string) as string | null),
    ]),
  )
  return (number, place) => found.get(keyOf(number, place)) ?? null
}

function keyOf(number: unknown, place: unknown): string {
  return `${String(number)} ${String(place)}`
}

function noPlace(): undefined {
  return undefined
}

function noText(): null {
  return null
}
