import { exactly, moment } from './times.ts'

/** A moment in the reader's zone; the tooltip gives the zone. */
export function When({ ms }: { ms: number }) {
  return (
    <time dateTime={new Date(ms).toISOString()} title={exactly(ms)}>
      {moment(ms)}
    </time>
  )
}
