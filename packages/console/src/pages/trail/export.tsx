import { cellsOf, csvRecord, TRAIL_COLUMNS } from 'holdfast/model'
import { useRef, useState } from 'preact/hooks'
import { say } from '../../frame/says.tsx'
import { client } from '../../service/client.ts'
import { count, number } from '../../text/numbers.ts'
import type { TrailFilter } from './trail-filter.ts'

const PIECE = 1000

/** The filtered trail as a CSV file, read page by page; it can be stopped. */
export function Export({ filter }: { filter: TrailFilter }) {
  const [done, setDone] = useState<number | null>(null)
  const isWanted = useRef(false)
  const run = async (): Promise<void> => {
    isWanted.current = true
    setDone(0)
    let entries = 0
    // A Blob of many pieces, which the browser may keep on disk.
    const pieces: Blob[] = [new Blob([`${csvRecord(Object.keys(TRAIL_COLUMNS))}\r\n`])]
    let piece = ''
    try {
      for await (const entry of client.audit(filter)) {
        if (!isWanted.current) return
        piece += `${csvRecord(cellsOf(TRAIL_COLUMNS, entry))}\r\n`
        if (++entries % PIECE > 0) continue
        pieces.push(new Blob([piece]))
        piece = ''
        setDone(entries)
      }
      save(new Blob([...pieces, piece], { type: 'text/csv;charset=utf-8' }))
      say(`Saved ${count(entries, 'entry', 'entries')} as trail.csv.`)
    } catch (error) {
      say(`The export broke off: ${(error as Error).message}`)
    } finally {
      setDone(null)
    }
  }
  if (done === null) {
    return (
      <button type="button" onClick={() => void run()}>
        Save as CSV
      </button>
    )
  }
  return (
    <button type="button" onClick={() => (isWanted.current = false)}>
      Stop, after {number(done)}
    </button>
  )
}

function save(blob: Blob): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = 'trail.csv'
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
