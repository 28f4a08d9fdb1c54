import { marksOf } from '../../../src/log/marks.ts'
import { arrayText } from '../../../src/store/postgres/tables/columns.ts'

/** The columns of a commit that say where its lines and texts begin, as the engine would have written them. */
export function markedAt(body: string | Uint8Array, texts: string | null) {
  const marks = marksOf(Buffer.from(body), texts === null ? null : Buffer.from(texts))
  const column = (list: readonly number[]) => (list.length === 0 ? null : arrayText(list))
  return { lines_at: column(marks.lines), texts_at: column(marks.texts) }
}
