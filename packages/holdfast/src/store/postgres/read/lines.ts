import { CommitBody } from '../../../log/commit-body.ts'
import { OperationalError } from '../../../model/operational-error.ts'
import type { Line } from '../../../log/lines.ts'
import { numbers } from '../tables/columns.ts'
import type { Row, Session } from '../connect/session.ts'

/**
 * The line of entry `seq` in a commit `c`, without parsing the others: lines hold numbers alone, so each ends at
 * the next bracket.
 */
export const lineOf = (seq: string): string => `CASE WHEN starts_with(c.body, '{"entries":[')
    THEN '[' || split_part(split_part(c.body, ']', (${seq} - c.first_seq + 1)::int), '[', -1) || ']'
    ELSE (c.body::json -> 'entries' -> (${seq} - c.first_seq)::int)::text END::json`

/** What a `line` of a commit `c` points to in its body: names of warehouses, and warehouses as they were changed. */
export const PARTS = `CASE WHEN (line ->> 0)::int IN (5, 6, 13, 14) THEN json_build_object('names', c.body::json -> 'names')::text
    WHEN (line ->> 0)::int = 15 THEN json_build_object('warehouses', c.body::json -> 'warehouses')::text END`

/**
 * Texts by commit ($1) and place in its list ($2), without parsing the others: between two strings of JSON, and nowhere
 * within one, stands `","`. The part is what lies between two of these. A list with a text that was forgotten has
 * another form, and is parsed.
 */
const TEXTS = `
  SELECT w.number, p.place,
    CASE WHEN t.is_whole THEN split_part(t.list, '","', 2 * p.place::int + 2) END AS part,
    CASE WHEN NOT t.is_whole THEN t.list::json ->> (2 * p.place::int + 1) END AS said
  FROM (SELECT number, array_agg(place) AS places
    FROM unnest($1::bigint[], $2::bigint[]) w (number, place) GROUP BY number) w
  JOIN holdfast.commits c ON c.number = w.number
  CROSS JOIN LATERAL (SELECT c.texts || '' AS list OFFSET 0) l
  CROSS JOIN LATERAL (SELECT l.list, strpos(l.list, 'null') = 0 AS is_whole OFFSET 0) t
  CROSS JOIN LATERAL unnest(w.places) p (place)`

/** What a part says. Behind the last one, the list ends with `"]`, before which no string of JSON would end. */
function textOfPart(part: string, commit: unknown): string {
  for (const inside of [part, part.slice(0, -2)]) {
    try {
      return JSON.parse(`"${inside}"`) as string
    } catch {
      // As below.
    }
  }
  const message = `the texts of commit ${String(commit)} of the log cannot be read`
  throw new OperationalError('STORE_DAMAGED', message)
}

/** A line on its way out of the database. */
export interface StoredLine {
  readonly seq: number
  readonly line: Line
  /** Of its commit. */
  readonly number: number
  readonly at: number
  readonly parts: string | null
}

/** From the columns seq, line, number, at, PARTS. */
export function readStoredLine([seq, line, number, at, parts]: Row): StoredLine {
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
  const { rows } = await session.run(TEXTS, [commits.value, places.value])
  const found = new Map(
    rows.map(([number, place, part, said]) => [
      keyOf(number, place),
      part === null ? (said as string | null) : textOfPart(part as string, number),
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
