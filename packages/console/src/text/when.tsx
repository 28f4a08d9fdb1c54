import { exactly, moment } from './times.ts'

/** A moment in the reader's zone; which zone, it says when asked. */
export function When({ ms }: { ms: number }) {
  return (
    <time dateTime={new Date(ms).toISOString()} title={exactly(ms)}>
      {moment(ms)}
    </time>
  )
}
