import { tick } from '../service/tick.ts'
import { countdown, exactly } from './times.ts'

const SOON_MS = 60_000

/** The time left, updated every second. */
export function Countdown({ to }: { to: number }) {
  const leftMs = to - tick.value
  return (
    <time
      class={leftMs < SOON_MS ? 'countdown soon' : 'countdown'}
      dateTime={new Date(to).toISOString()}
      title={exactly(to)}
    >
      {leftMs <= 0 ? 'over' : countdown(leftMs)}
    </time>
  )
}
